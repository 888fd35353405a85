import {
  TradeBarsDocument,
  TradeBarUpdatedDocument,
  TradeGapsDocument,
  type OrderFoxClient,
  type TradeBarFieldsFragment,
} from '@orderfox/client';
import { type FlowPoint } from './chart-points.js';
import { type Updates } from './chart-source.js';
import { type FeedHole } from './hatch-ranges.js';

/** Whose trades: one market at one venue, or at the first that has them, added up by one timeframe. */
export interface FlowView {
  readonly symbol: string;
  readonly timeframe: string;
  readonly venue: string | undefined;
}

/** A stretch in which trades are missing, or may be, with why. */
export interface FlowHole extends FeedHole {
  readonly reason: string;
}

/** What the server knows of what takers did. Everything throws what the client throws. */
export class FlowSource {
  readonly #market: { readonly symbol: string; readonly venue?: string };

  constructor(
    private readonly client: OrderFoxClient,
    private readonly view: FlowView,
  ) {
    const { symbol, venue } = view;
    this.#market = { symbol, ...(venue !== undefined && { venue }) };
  }

  /** Buckets with trades, from the one that holds the first instant up to, and without, the second; ascending. */
  async points(fromMs: number, toMs: number): Promise<readonly FlowPoint[]> {
    const { tradeBars } = await this.client.query(TradeBarsDocument, {
      ...this.#market,
      timeframe: this.view.timeframe,
      from: fromMs,
      to: toMs,
    });
    return tradeBars.map(flowPoint);
  }

  /** Stretches in which trades are missing or may be, ascending; at most 31 days at once. */
  async holes(fromMs: number, toMs: number): Promise<readonly FlowHole[]> {
    const { tradeGaps } = await this.client.query(TradeGapsDocument, {
      ...this.#market,
      from: fromMs,
      to: toMs,
    });
    return tradeGaps.map(({ from, to, reason }) => ({
      venue: this.view.venue ?? '',
      fromMs: from,
      toMs: to ?? undefined,
      reason,
    }));
  }

  /** The newest buckets, then each that changes. `onRetry` is told why it is opened again. */
  updates(onRetry: (error: unknown) => void): Updates<FlowPoint> {
    const results = this.client.subscribe(
      TradeBarUpdatedDocument,
      { ...this.#market, timeframe: this.view.timeframe },
      { onRetry },
    );
    return {
      async each(take) {
        for await (const { tradeBarUpdated } of results) take(flowPoint(tradeBarUpdated));
      },
      end: () => void results.return?.(),
    };
  }
}

function flowPoint(fields: TradeBarFieldsFragment): FlowPoint {
  return {
    venue: fields.venue,
    startMs: fields.timestamp,
    buysUsd: fields.buyVolume,
    sellsUsd: fields.sellVolume,
    deltaUsd: fields.deltaVolume,
    cvdUsd: fields.cvd,
    isCvdPartial: fields.isCvdPartial,
    count: fields.count,
    quality: fields.quality,
    isClosed: fields.isClosed,
  };
}

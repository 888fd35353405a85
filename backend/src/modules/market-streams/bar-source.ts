import { subtractDecimals, vwapOf } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { seriesOf, type BarMarket } from '../trade-bars/bar-market.js';
import { type BarReader } from '../trade-bars/bar-reader.js';
import { type ShownBar } from '../trade-bars/bar-series.js';
import { seriesKey } from '../trade-bars/trade-bar.repository.js';
import { venueObjection } from './standing-venue.js';
import { type StreamEnd, type StreamEntry } from './stream-entry.js';
import { type RecordPage, type TailSource } from './tail-source.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Minutes of one page. */
const PAGE = 480;
/** Bars wait so long for trades that the venue is still being asked for: what is published is never corrected. */
export const REFILL_WITHIN_MS = 120_000;

/** What bars are read with. */
export interface BarSourceParts {
  readonly reader: Pick<BarReader, 'committed'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly retentionDays: number;
}

/**
 * The minutes of one contract that are over and in the database, in their order; a minute in which nothing was traded has no
 * bar. The place of one is where it begins.
 */
export class BarSource implements TailSource {
  readonly kind = 'trades';

  constructor(
    readonly key: string,
    readonly market: BarMarket,
    private readonly parts: BarSourceParts,
  ) {}

  get name(): string {
    return seriesKey(seriesOf(this.market));
  }

  begin(entries: number): Promise<number> {
    const { clock, retentionDays } = this.parts;
    const nowMs = minuteOf(clock.nowMs());
    return Promise.resolve(nowMs - Math.min(entries * MINUTE_MS, retentionDays * DAY_MS) - MINUTE_MS);
  }

  async after(place: number): Promise<RecordPage> {
    const { reader, clock } = this.parts;
    const fromMs = minuteOf(place) + MINUTE_MS;
    const toMs = fromMs + PAGE * MINUTE_MS;
    const found = await reader.committed(this.market, { fromMs, toMs });
    if (found === undefined) return { entries: [], reached: place, hasMore: false };
    const sinceMs = clock.nowMs() - REFILL_WITHIN_MS;
    const waited = found.fillable
      .filter(({ notedMs }) => notedMs > sinceMs)
      .map((gap) => minuteOf(gap.fromMs));
    const endMs = Math.min(toMs, minuteOf(found.coveredMs), ...waited);
    const entries = found.bars.filter(({ startMs }) => startMs < endMs).map(barEntry);
    return { entries, reached: Math.max(place, endMs - MINUTE_MS), hasMore: endMs === toMs };
  }

  /** Another venue stood for the symbol when an earlier process published. */
  objection({ last }: StreamEnd): Promise<string | undefined> {
    return Promise.resolve(venueObjection(this.market.venue.id, last?.fields));
  }
}

/** A bar as it is published. Volumes and sums are dollars, quantities coins. */
export function barEntry(bar: ShownBar): StreamEntry {
  return {
    place: bar.startMs,
    fields: {
      symbol: bar.symbol,
      open: bar.open,
      high: bar.high,
      low: bar.low,
      close: bar.close,
      buy_vol: bar.buyUsd,
      sell_vol: bar.sellUsd,
      cvd: bar.cvd,
      vwap: vwapOf(bar) ?? bar.close,
      timestamp: String(bar.startMs),
      venue: bar.venue,
      delta: subtractDecimals(bar.buyUsd, bar.sellUsd),
      buy_quantity: bar.buyQuantity,
      sell_quantity: bar.sellQuantity,
      count: String(bar.count),
      quality: bar.quality,
      cvd_partial: String(bar.isCvdPartial),
    },
  };
}

function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

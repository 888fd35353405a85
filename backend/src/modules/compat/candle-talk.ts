import { type DecimalString, type Timeframe } from '@orderfox/domain';
import { type ResultForm } from '../../core/graphql-socket/result-form.js';
import { candleCountFor } from './candle-count.js';
import { type CompatTalk } from './compat-session.js';
import { FixedOperation } from './fixed-operation.js';

/** What a socket of candles is asked for. */
export interface CandleWish {
  /** As the client named it. */
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Of the chart, in pixels. */
  readonly width: number;
  /** The most rows that an answer may have. */
  readonly maxRows: number;
}

/** A candle as GraphQL gives it. */
interface Candle {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly timestamp: number;
  readonly time: number;
  readonly open: DecimalString;
  readonly high: DecimalString;
  readonly low: DecimalString;
  readonly close: DecimalString;
  readonly volume: DecimalString;
}

const FIELDS = 'venue symbol timeframe timestamp time open high low close volume';

const HISTORY = new FixedOperation(`query($symbol: ID!, $timeframe: Timeframe!, $limit: Int!) {
  market: symbol(id: $symbol) { id priceFormat { type precision minMove } }
  candles(symbol: $symbol, timeframe: $timeframe, limit: $limit) { ${FIELDS} }
}`);
const LIVE = new FixedOperation(`subscription($symbol: ID!, $timeframe: Timeframe!, $venue: ID) {
  candle: candleUpdated(symbol: $symbol, timeframe: $timeframe, venue: $venue) { ${FIELDS} }
}`);

const UPDATE: ResultForm = {
  name: 'candle_update',
  write: ({ data, errors }) => {
    if (errors !== undefined) throw errors[0] ?? new Error('a candle without data');
    const { candle } = data as unknown as { readonly candle: Candle };
    const { symbol, timeframe } = candle;
    return JSON.stringify({ type: 'candle_update', symbol, timeframe, ...row(candle) });
  },
};

/**
 * Candles for a chart of some width, then each again when it has changed. The stream begins with the newest two, so that
 * nothing is missing after those that were read before it.
 */
export function candleTalk({ symbol, timeframe, width, maxRows }: CandleWish): CompatTalk {
  return async (line) => {
    const asked = { symbol, timeframe, limit: Math.min(candleCountFor(width), maxRows) };
    const { market, candles } = (await line.ask(HISTORY, asked)) as {
      readonly market: { readonly id: string; readonly priceFormat: unknown };
      readonly candles: readonly Candle[];
    };
    const data = candles.map(row);
    line.send({
      type: 'historical_candles',
      symbol: market.id,
      timeframe,
      data,
      count: data.length,
      time_range: rangeOf(data),
      symbolData: { priceFormat: market.priceFormat },
    });
    await line.follow(LIVE, { symbol, timeframe, venue: candles[0]?.venue }, UPDATE);
  };
}

/** For drawing, hence doubles; GraphQL has the exact numbers. */
function row({ timestamp, time, open, high, low, close, volume }: Candle) {
  return {
    timestamp,
    time,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: Number(volume),
  };
}

/** From the start of the first candle to that of the last, in both units; null if there is none. */
function rangeOf(rows: readonly { readonly timestamp: number; readonly time: number }[]) {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { start_ms: first.timestamp, end_ms: last.timestamp, start: first.time, end: last.time };
}

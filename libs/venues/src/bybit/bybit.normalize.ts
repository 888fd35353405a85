import { fromPositionSide, type DecimalString, type Liquidation, type Sides } from '@orderfox/domain';
import { toLiquidation } from '../liquidation-event.js';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { normalisePlainRows, normaliseRows, refuseFrame, type RowContext } from '../normalise-rows.js';
import { type Normalised } from '../venue-adapter.js';
import {
  isRecord,
  readInstrument,
  readPositive,
  readRecord,
  readTimeMs,
  type Unchecked,
} from '../wire-row.js';
import { type LiquidationRow, type TickerData, type TopicFrame } from './bybit.messages.js';
import { ScannedLiquidations } from './liquidation-scan.js';
import { type MarkPriceBook } from './mark-price-book.js';

export const LIQUIDATION_PREFIX = 'allLiquidation.';
export const TICKER_PREFIX = 'tickers.';

const NOTHING: Normalised = { events: [], refusals: [] };

/** The mark price of a contract at a time, where it is known. */
export type MarkAt = (venueSymbol: string, receivedTimeMs: number) => DecimalString | undefined;

/**
 * Reads a frame of `allLiquidation.{symbol}`. The topic `liquidation.{symbol}`, retired in 2025, had another payload
 * and kept one row per second: its frames are refused.
 */
export function normaliseAllLiquidation(message: unknown, context: RowContext, markAt: MarkAt): Normalised {
  if (message instanceof ScannedLiquidations) {
    return readScanned(message, context, markAt) ?? normaliseAllLiquidation(message.parsed, context, markAt);
  }
  const frame: Unchecked<TopicFrame> | undefined = isRecord(message) ? message : undefined;
  if (frame === undefined) {
    return refuseFrame('MALFORMED', `frame is ${describeValue(message)}`, message, context);
  }
  const { topic, data } = frame;
  if (typeof topic !== 'string' || !topic.startsWith(LIQUIDATION_PREFIX)) {
    return refuseFrame('UNKNOWN_CHANNEL', `topic is ${describeValue(topic)}`, message, context);
  }
  if (!Array.isArray(data)) {
    return refuseFrame('MALFORMED', `data is ${describeValue(data)}`, message, context);
  }
  const rows: readonly unknown[] = data;
  const ordinalOf = twinCounter();
  return normaliseRows(rows, message, context, {
    read: (row) => readRow(row, topic, ordinalOf, context, markAt),
    symbolOf: (row) => (isRecord(row) ? row.s : undefined),
    rawOf: (row) => row,
  });
}

/** Undefined where a row has to be refused. */
function readScanned(
  { topic, rows }: ScannedLiquidations,
  context: RowContext,
  markAt: MarkAt,
): Normalised | undefined {
  const ordinalOf = rows.length === 1 ? noTwins : twinCounter();
  return normalisePlainRows(rows, ({ row, raw }) => readRow(row, topic, ordinalOf, context, markAt, raw));
}

/** Feeds a frame of `tickers.{symbol}` to the book of mark prices. Gives no events. */
export function readMarkPrice(message: unknown, context: RowContext, book: MarkPriceBook): Normalised {
  const { refusals } = normaliseRows([message], message, context, {
    read: (frame) => {
      const ticker: Unchecked<TickerData> = readRecord(readRecord(frame, 'frame').data, 'data');
      if (typeof ticker.symbol !== 'string') {
        throw new NormalizeError('MALFORMED', `symbol is ${describeValue(ticker.symbol)}`);
      }
      // Absent is unchanged, and an empty text means that the contract has no mark price.
      if (ticker.markPrice !== undefined && ticker.markPrice !== '') {
        book.set(ticker.symbol, readPositive(ticker.markPrice, 'markPrice'), context.receivedTimeMs);
      }
      return undefined;
    },
    symbolOf: () => undefined,
    rawOf: (frame) => frame,
  });
  return refusals.length === 0 ? NOTHING : { events: [], refusals };
}

function readRow(
  value: unknown,
  topic: string,
  ordinalOf: (key: string) => number,
  context: RowContext,
  markAt: MarkAt,
  raw?: string,
): Liquidation | undefined {
  const row: Unchecked<LiquidationRow> = readRecord(value, 'data');
  const instrument = readInstrument(row.s, 's', context.instruments);
  const { venueSymbol } = instrument;
  if (topic.length !== LIQUIDATION_PREFIX.length + venueSymbol.length || !topic.endsWith(venueSymbol)) {
    throw new NormalizeError('MALFORMED', `s is ${venueSymbol} on topic ${describeValue(topic)}`);
  }
  if (!context.records(instrument.symbol)) return undefined;
  const sides = readSides(row.S);
  const venueTimeMs = readTimeMs(row.T, 'T', context.receivedTimeMs);
  const size = readPositive(row.v, 'v');
  const price = readPositive(row.p, 'p');
  const markPrice = markAt(venueSymbol, context.receivedTimeMs);
  // Texts as they came, where they are plain: to write a number anew costs as much as to read it.
  const key = `bybit|${venueSymbol}|${String(row.S)}|${String(row.T)}|${size}|${price}`;
  return toLiquidation({
    eventKey: `${key}|${ordinalOf(key)}`,
    instrument,
    sides,
    size,
    price,
    markPrice,
    // The bankruptcy price is up to 5 % off the market, so the mark is preferred.
    priceUsed: markPrice === undefined ? 'BANKRUPTCY' : 'MARK',
    venueTimeMs,
    receivedTimeMs: context.receivedTimeMs,
    raw: raw ?? JSON.stringify(value),
  });
}

/** The venue reports the position: `Buy` is a long that was sold. */
function readSides(positionSide: unknown): Sides {
  if (positionSide === 'Buy') return fromPositionSide('LONG');
  if (positionSide === 'Sell') return fromPositionSide('SHORT');
  throw new NormalizeError('BAD_SIDE', `S is ${describeValue(positionSide)}`);
}

/** Of a frame with one row. */
function noTwins(): number {
  return 0;
}

/** Two equal rows of one frame are two liquidations; the venue gives no id, so they are numbered. */
function twinCounter(): (key: string) => number {
  const seen = new Map<string, number>();
  return (key) => {
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return ordinal;
  };
}

import { VenueError } from '@orderfox/feed';
import { type HistoryPage, type HistoryQuery, type LiquidationHistory } from '../liquidation-history.js';
import { readForcedOrder } from './binance.normalize.js';
import { normaliseRows, type RowContext, type RowReading } from '../normalise-rows.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type ForcedOrder } from './binance.messages.js';

/** An answer with more rows is not one to what was asked. */
const MAX_ROWS = 10_000;
/** So many digits a double keeps as they were written. */
const EXACT_DIGITS = 15;

/**
 * One row of a service that stores the forced orders of Binance as they came, under names for its short ones. Numbers
 * come as text or as JSON numbers, the side in any case.
 */
export interface KeptForcedOrder {
  /** The service's own number of the row, where it gives one; equal rows with the same are one row. */
  readonly id?: string | number;
  /** `s`. */
  readonly symbol: string;
  /** `S`, `buy` or `sell`: the order, so `sell` closed a long. */
  readonly side: string;
  /** `q`. */
  readonly original_quantity: string | number;
  /** `p`. */
  readonly price: string | number;
  /** `ap`. */
  readonly average_price: string | number;
  /** `z`: what was liquidated. */
  readonly order_filled_accumulated_quantity: string | number;
  /** `T`, epoch ms. */
  readonly order_trade_time: number;
}

/**
 * Past forced orders of Binance: `GET <root>/liquidation-orders?symbol=BTCUSDT&limit=50`, a stretch of time with
 * `start_timestamp` and `end_timestamp` in epoch ms, both included. The answer is a JSON list, in any order.
 *
 * A row is read as the push that it once was, by the same code: the same order has the same key whichever way it
 * came. Binance gives no id, so rows of one answer that agree in everything are told apart by their ordinal: the first
 * is the one that the feed brought too, a second one has a key of its own.
 */
export const binanceHistory: LiquidationHistory = {
  address(root, { venueSymbol, limit, fromMs, toMs }: HistoryQuery) {
    const url = new URL(root);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/liquidation-orders`;
    url.searchParams.set('symbol', venueSymbol);
    url.searchParams.set('limit', String(limit));
    if (fromMs !== undefined) url.searchParams.set('start_timestamp', String(fromMs));
    if (toMs !== undefined) url.searchParams.set('end_timestamp', String(toMs));
    return url.href;
  },
  read(answer, context): HistoryPage {
    if (!Array.isArray(answer)) throw unreadable('the answer is no list');
    const rows: readonly unknown[] = answer;
    if (rows.length > MAX_ROWS) throw unreadable(`the answer has ${rows.length} rows`);
    if (rows.length === 0) return { events: [], refusals: [], rows: 0 };
    const twins = new TwinCounter();
    const { events, refusals } = normaliseRows(rows, answer, context, {
      read: (row) => readKept(row, context, twins),
      symbolOf: (row) => (isRecord(row) ? row.symbol : undefined),
      rawOf: (row) => row,
    });
    const inOrder = events.toSorted((a, b) => a.venueTimeMs - b.venueTimeMs);
    return { events: inOrder, refusals, rows: rows.length };
  },
};

function unreadable(problem: string): VenueError {
  return new VenueError('UNREADABLE', `History of liquidations: ${problem}`);
}

function readKept(value: unknown, context: RowContext, twins: TwinCounter): RowReading {
  const row: Unchecked<KeptForcedOrder> = readRecord(value, 'row');
  const order: Unchecked<ForcedOrder> = {
    s: row.symbol,
    S: typeof row.side === 'string' ? row.side.toUpperCase() : row.side,
    q: exactText(row.original_quantity),
    p: exactText(row.price),
    ap: exactText(row.average_price),
    z: exactText(row.order_filled_accumulated_quantity),
    T: row.order_trade_time,
  };
  const event = readForcedOrder(order, context, () => JSON.stringify(value));
  if (event === undefined) return undefined;
  const ordinal = twins.count(event.eventKey, row.id);
  if (ordinal === undefined) return undefined;
  return ordinal === 1 ? event : { ...event, eventKey: `${event.eventKey}|${ordinal}` };
}

/** A JSON number as text, if the parser cannot have changed its digits; anything else as it is, for the checks. */
function exactText(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  const text = String(value);
  const digits = text.replace(/e.*$/, '').replace(/\D/g, '').replace(/^0+/, '');
  return digits.length > EXACT_DIGITS ? value : text;
}

/** Tells equal rows of one answer apart. */
class TwinCounter {
  readonly #counts = new Map<string, number>();
  readonly #ids = new Set<string>();

  /** Which of the equal rows this is, from 1; undefined for a row that the answer holds already, by its id. */
  count(eventKey: string, id: unknown): number | undefined {
    if (typeof id === 'string' || typeof id === 'number') {
      const row = `${eventKey}|${id}`;
      if (this.#ids.has(row)) return undefined;
      this.#ids.add(row);
    }
    const ordinal = (this.#counts.get(eventKey) ?? 0) + 1;
    this.#counts.set(eventKey, ordinal);
    return ordinal;
  }
}

import { beforeAll, describe, expect, test } from '@jest/globals';
import { fixtureContext } from '../contract/fixture-feed.js';
import { readFixtures } from '../contract/venue-fixtures.js';
import { type HistoryContext } from '../liquidation-history.js';
import { binance } from './binance.adapter.js';
import { binanceHistory, type KeptForcedOrder } from './binance.history.js';
import { type ForcedOrder } from './binance.messages.js';
import { normaliseForceOrders } from './binance.normalize.js';

const { rest } = readFixtures(new URL('./fixtures/', import.meta.url));
const NOW = 1_790_000_000_000;

const ORDER: ForcedOrder = {
  s: 'BTCUSDT',
  S: 'SELL',
  q: '0.0200',
  p: '9871.50',
  ap: '9910.00',
  l: '0.004',
  z: '0.014',
  T: NOW - 60_000,
};

/** The same order as the service keeps it. */
function kept(order: ForcedOrder = ORDER, given: Partial<KeptForcedOrder> = {}): KeptForcedOrder {
  return {
    symbol: order.s,
    side: order.S.toLowerCase(),
    original_quantity: order.q,
    price: order.p,
    average_price: order.ap,
    order_filled_accumulated_quantity: order.z,
    order_trade_time: order.T,
    ...given,
  };
}

describe('the history of Binance', () => {
  let context: HistoryContext;

  beforeAll(async () => {
    const feed = await fixtureContext(binance, rest);
    context = {
      venue: 'binance',
      instruments: feed.instruments,
      records: (symbol) => feed.records(symbol),
      receivedTimeMs: NOW,
    };
  });

  const read = (...rows: readonly unknown[]) => binanceHistory.read(rows, context);
  const keys = (...rows: readonly unknown[]) => read(...rows).events.map(({ eventKey }) => eventKey);
  const live = (order: ForcedOrder) =>
    normaliseForceOrders({ e: 'forceOrder', E: NOW, o: order }, context).events[0]!;

  test('asks for the newest rows, or for a stretch of time, below whatever root is configured', () => {
    const venueSymbol = '1000PEPEUSDT';
    expect(binanceHistory.address('https://api.example.com', { venueSymbol, limit: 50 })).toBe(
      'https://api.example.com/liquidation-orders?symbol=1000PEPEUSDT&limit=50',
    );
    expect(
      binanceHistory.address('https://api.example.com/v1/?key=a', {
        venueSymbol,
        limit: 9,
        fromMs: 1,
        toMs: 2,
      }),
    ).toBe(
      'https://api.example.com/v1/liquidation-orders?key=a&symbol=1000PEPEUSDT&limit=9&start_timestamp=1&end_timestamp=2',
    );
  });

  test('a row is the same event as the push, key included, apart from its raw text (S062, S067)', () => {
    const { events, refusals } = read(kept());
    expect(refusals).toEqual([]);
    expect(events).toEqual([{ ...live(ORDER), raw: JSON.stringify(kept()) }]);
    expect(events[0]?.quantity).toBe('0.014');
  });

  test('numbers may be JSON numbers as long as no digit can be lost, and the side in any case', () => {
    const row = kept(ORDER, { order_filled_accumulated_quantity: 0.014, price: 9871.5, side: 'SELL' });
    expect(keys(row)).toEqual([live(ORDER).eventKey]);
    expect(keys(kept({ ...ORDER, q: '0.0000001' }, { original_quantity: 1e-7 }))).toEqual([
      live({ ...ORDER, q: '0.0000001' }).eventKey,
    ]);
    const { refusals } = read(kept(ORDER, { average_price: 9910.123456789012 }));
    expect(refusals.map(({ reason }) => reason)).toEqual(['BAD_NUMBER']);
  });

  test('an order without fill or average price has the key that the feed gives it too', () => {
    const bare = { ...ORDER, z: '0', ap: '0' };
    expect(keys(kept(bare))).toEqual([live(bare).eventKey]);
  });

  test('two genuine equal rows of an answer are two events, and the first is the one of the feed (S067)', () => {
    const { eventKey } = live(ORDER);
    expect(keys(kept(), kept(), kept())).toEqual([eventKey, `${eventKey}|2`, `${eventKey}|3`]);
    expect(keys(kept(ORDER, { id: 7 }), kept(ORDER, { id: 8 }))).toEqual([eventKey, `${eventKey}|2`]);
  });

  test('a row that the answer holds twice by its id is one event', () => {
    expect(keys(kept(ORDER, { id: 7 }), kept(ORDER, { id: 7 }))).toEqual([live(ORDER).eventKey]);
  });

  test('events are oldest first, whatever the order of the rows (S065)', () => {
    const times = [3, 1, 2].map((n) => kept({ ...ORDER, T: NOW - n * 1_000 }));
    expect(read(...times).events.map(({ venueTimeMs }) => NOW - venueTimeMs)).toEqual([3_000, 2_000, 1_000]);
  });

  test('a row that cannot be read is refused, raw, and the others are kept', () => {
    const bad = [
      null,
      'row',
      {},
      kept(ORDER, { side: 'LONG' }),
      kept(ORDER, { order_filled_accumulated_quantity: '-1' }),
      kept(ORDER, { order_trade_time: 1_790_000_000 }),
      kept(ORDER, { symbol: 'NOPEUSDT' }),
    ];
    const { events, refusals, rows } = read(...bad, kept());
    expect(events).toHaveLength(1);
    expect(rows).toBe(bad.length + 1);
    expect(refusals.map(({ reason }) => reason)).toEqual([
      'MALFORMED',
      'MALFORMED',
      'MALFORMED',
      'BAD_SIDE',
      'BAD_NUMBER',
      'BAD_TIME',
      'UNKNOWN_INSTRUMENT',
    ]);
  });

  test('markets that nobody records are left out', () => {
    expect(binanceHistory.read([kept()], { ...context, records: () => false })).toEqual({
      events: [],
      refusals: [],
      rows: 1,
    });
  });

  test('an empty list is an answer; what is no list, or has no end, is not', () => {
    expect(read()).toEqual({ events: [], refusals: [], rows: 0 });
    const unreadable = expect.objectContaining({ failure: 'UNREADABLE' });
    expect(() => binanceHistory.read({ detail: 'later' }, context)).toThrow(unreadable);
    expect(() => binanceHistory.read(Array.from({ length: 10_001 }), context)).toThrow(unreadable);
  });
});

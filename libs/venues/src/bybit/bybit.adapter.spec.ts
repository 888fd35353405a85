import { beforeAll, describe, expect, test } from '@jest/globals';
import { fixtureContext } from '../contract/fixture-feed.js';
import { readFixtures } from '../contract/venue-fixtures.js';
import { type FeedContext, type VenueFeed } from '../venue-adapter.js';
import { bybit } from './bybit.adapter.js';

const { rest } = readFixtures(new URL('./fixtures/', import.meta.url));
const NOW = 1_790_000_000_000;

const ticker = (symbol: string, markPrice: string) => ({
  topic: `tickers.${symbol}`,
  type: 'delta',
  data: { symbol, markPrice },
  cs: 1,
  ts: NOW,
});
const liquidation = (s: string, v: string, p: string) => ({
  topic: `allLiquidation.${s}`,
  type: 'snapshot',
  ts: NOW,
  data: [{ T: NOW, s, S: 'Buy', v, p }],
});

/** Sends a frame as text through both halves of a feed. */
function send(feed: VenueFeed, frame: unknown, receivedTimeMs: number) {
  const reading = feed.protocol.read(JSON.stringify(frame));
  if (reading.kind !== 'data' && reading.kind !== 'control') throw new Error(reading.kind);
  return reading.message === undefined ? undefined : feed.normalise(reading.message, receivedTimeMs);
}

describe('the Bybit feeds', () => {
  let context: FeedContext;
  let liquidations: VenueFeed;
  let marks: VenueFeed;

  beforeAll(async () => {
    context = await fixtureContext(bybit, rest);
  });

  function open(changes: Partial<FeedContext> = {}): void {
    const feeds = bybit.feeds({ ...context, ...changes });
    liquidations = feeds[0]!;
    marks = feeds[1]!;
  }

  test('ask for every contract by name, on two connections of the same route', () => {
    open();
    expect([liquidations.stream, liquidations.recorded]).toEqual(['liquidations', true]);
    expect([marks.stream, marks.recorded]).toEqual(['mark-prices', false]);
    expect(liquidations.topics()).toEqual([
      'allLiquidation.BTCUSDT',
      'allLiquidation.SHIB1000USDT',
      'allLiquidation.10000LADYSUSDT',
      'allLiquidation.BTCPERP',
      'allLiquidation.BTCUSDT-25DEC26',
      'allLiquidation.SOONUSDT',
    ]);
    expect(marks.topics()).toContain('tickers.SHIB1000USDT');
    expect(marks.topics()).not.toContain(marks.protocol.controlTopic);
    for (const { protocol } of [liquidations, marks]) {
      expect(protocol.url).toBe('wss://stream.bybit.com/v5/public/linear');
      expect(protocol.controlTopic).toBe('tickers.BTCUSDT');
    }
  });

  test('ask only for contracts that are recorded, and follow new listings', () => {
    const listed = [...context.instruments.all()];
    open({
      records: (symbol) => symbol === 'BTCUSDT',
      instruments: { get: () => undefined, all: () => listed },
    });
    expect(liquidations.topics()).toEqual(['allLiquidation.BTCUSDT', 'allLiquidation.BTCUSDT-25DEC26']);
    listed.push({ ...listed[0]!, venueSymbol: 'BTCUSDT-26MAR27' });
    expect(liquidations.topics()).toHaveLength(3);
    expect(marks.topics()).toEqual(['tickers.BTCUSDT-25DEC26', 'tickers.BTCUSDT-26MAR27']);
  });

  test('compute the notional with the mark price once it is known', () => {
    open();
    expect(send(marks, ticker('BTCUSDT', '65000'), NOW)).toMatchObject({ events: [], refusals: [] });
    expect(send(liquidations, liquidation('BTCUSDT', '0.5', '63000'), NOW + 100)?.events).toMatchObject([
      { price: '63000', markPrice: '65000', priceUsed: 'MARK', notionalUsd: '32500' },
    ]);
  });

  test('convert the mark of a multiple to one coin', () => {
    open();
    send(marks, ticker('SHIB1000USDT', '0.0130'), NOW);
    expect(send(liquidations, liquidation('SHIB1000USDT', '2000', '0.0125'), NOW)?.events).toMatchObject([
      { quantity: '2000000', price: '0.0000125', markPrice: '0.000013', notionalUsd: '26' },
    ]);
  });

  test('fall back to the bankruptcy price, and say so, when the mark is a minute old or of another contract', () => {
    open();
    send(marks, ticker('BTCUSDT', '65000'), NOW);
    const used = (received: number) =>
      send(liquidations, liquidation('BTCUSDT', '1', '63000'), received)?.events[0]?.priceUsed;
    expect([used(NOW + 59_999), used(NOW + 60_000)]).toEqual(['MARK', 'BANKRUPTCY']);
    expect(send(liquidations, liquidation('BTCPERP', '1', '63000'), NOW)?.events[0]).toMatchObject({
      priceUsed: 'BANKRUPTCY',
      notionalUsd: '63000',
    });
  });

  test('the same liquidation has the same key whatever the mark price was', () => {
    open();
    const before = send(liquidations, liquidation('BTCUSDT', '1', '63000'), NOW)?.events[0];
    send(marks, ticker('BTCUSDT', '65000'), NOW);
    const after = send(liquidations, liquidation('BTCUSDT', '1', '63000'), NOW)?.events[0];
    expect(after?.eventKey).toBe(before?.eventKey);
    expect(after?.notionalUsd).not.toBe(before?.notionalUsd);
  });

  test.each(['NaN', '-1', '0', 65_000])('a mark price of %j is refused and the old one stays', (bad) => {
    open();
    send(marks, ticker('BTCUSDT', '65000'), NOW);
    expect(send(marks, ticker('BTCUSDT', bad as string), NOW)?.refusals).toMatchObject([
      { reason: 'BAD_NUMBER' },
    ]);
    expect(send(liquidations, liquidation('BTCUSDT', '1', '63000'), NOW)?.events[0]?.markPrice).toBe('65000');
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { feedOf, fixtureContext } from '../contract/fixture-feed.js';
import { readFixtures } from '../contract/venue-fixtures.js';
import { type FeedContext } from '../venue-adapter.js';
import { binance } from './binance.adapter.js';

const { rest } = readFixtures(new URL('./fixtures/', import.meta.url));
const NOW = 1_790_000_000_000;

describe('the Binance feed', () => {
  let context: FeedContext;

  beforeAll(async () => {
    context = await fixtureContext(binance, rest);
  });

  const liquidations = () => feedOf(binance, context);

  test('asks for one stream of all contracts and a control stream of the same class (S036)', () => {
    const { protocol, topics } = { ...liquidations(), topics: liquidations().topics() };
    const [request] = protocol.subscribe([...topics, protocol.controlTopic]);
    expect(protocol.url).toBe('wss://fstream.binance.com/market/stream');
    expect(JSON.parse(request!.text)).toEqual({
      method: 'SUBSCRIBE',
      params: ['!forceOrder@arr', 'btcusdt@markPrice@1s'],
      id: 1,
    });
    expect(request!.id).toBe('1');
  });

  test('stays within what the venue allows: 200 streams a request, four messages a second, 24 hours', () => {
    const { protocol } = liquidations();
    const streams = Array.from({ length: 450 }, (_, index) => `coin${index}usdt@forceOrder`);
    expect(protocol.subscribe(streams).map(({ topics }) => topics.length)).toEqual([200, 200, 50]);
    expect(1_000 / protocol.sendPaceMs).toBeLessThanOrEqual(4);
    expect(protocol.maxAgeMs).toBe(23 * 3_600_000);
    expect(protocol.controlStaleMs).toBe(5_000);
  });

  test('sends pings after three minutes of silence and takes no text for a heartbeat (S040)', () => {
    expect(liquidations().protocol.heartbeat).toEqual({ idleMs: 180_000, answerWithinMs: 10_000 });
  });

  test('gives up one stream when asked to', () => {
    const [request] = liquidations().protocol.unsubscribe(['!forceOrder@arr']);
    expect(JSON.parse(request!.text)).toMatchObject({ method: 'UNSUBSCRIBE', params: ['!forceOrder@arr'] });
  });

  test('refuses to listen to the test network, where liquidations are play money', () => {
    const roots = { ...binance.roots, ws: 'wss://fstream.binancefuture.com' };
    expect(() => binance.feeds({ ...context, roots })).toThrow(
      expect.objectContaining({ failure: 'REFUSED' }),
    );
  });

  test('reads a bare payload, as raw connections and proxies send it', () => {
    const order = {
      s: 'BTCUSDT',
      S: 'SELL',
      o: 'LIMIT',
      f: 'IOC',
      q: '1',
      p: '2',
      ap: '3',
      X: 'FILLED',
      l: '1',
      z: '1',
    };
    const text = JSON.stringify({ e: 'forceOrder', E: NOW, o: { ...order, T: NOW } });
    const reading = liquidations().protocol.read(text);
    expect(reading.kind).toBe('data');
    const { events } = liquidations().normalise(JSON.parse(text), NOW);
    expect(events).toMatchObject([{ notionalUsd: '3' }]);
    expect(JSON.parse(events[0]!.raw)).toEqual(JSON.parse(text));
  });

  test('takes the average price and the filled quantity, not the limit and the order (S047)', () => {
    const order = { s: 'BTCUSDT', S: 'SELL', q: '9', p: '100', ap: '99', l: '1', z: '5', T: NOW, st: 1 };
    const { events } = liquidations().normalise({ e: 'forceOrder', E: NOW, o: order }, NOW);
    expect(events).toMatchObject([{ quantity: '5', price: '100', averagePrice: '99', notionalUsd: '495' }]);
  });

  test.each([
    ['an average price of the text None', { ap: 'None' }],
    ['no price', { p: undefined }],
    ['no quantity', { q: undefined }],
    ['a number that is not text', { z: 5 }],
    ['an infinite quantity', { z: 'Infinity' }],
  ])('refuses %s instead of guessing (S056)', (_, change) => {
    const order = {
      s: 'BTCUSDT',
      S: 'SELL',
      q: '9',
      p: '100',
      ap: '99',
      l: '1',
      z: '5',
      T: NOW,
      st: 1,
      ...change,
    };
    const { events, refusals } = liquidations().normalise({ e: 'forceOrder', E: NOW, o: order }, NOW);
    expect([events.length, refusals[0]?.reason]).toEqual([0, 'BAD_NUMBER']);
    expect(refusals[0]?.venueSymbol).toBe('BTCUSDT');
  });

  test.each([
    [{ st: 1 }, {}, 'event'],
    [{}, { st: 1 }, 'event'],
    [{ st: 1 }, { st: 1 }, 'event'],
    [{}, {}, 'event'],
    [{ st: 2 }, {}, 'OTHER_PRODUCT'],
    [{}, { st: 2 }, 'OTHER_PRODUCT'],
    [{ st: 1 }, { st: 2 }, 'OTHER_PRODUCT'],
    [{ st: 2 }, { st: 1 }, 'OTHER_PRODUCT'],
    [{ st: 3 }, {}, 'OTHER_PRODUCT'],
    [{ st: '1' }, {}, 'OTHER_PRODUCT'],
    [{ st: null }, {}, 'OTHER_PRODUCT'],
  ])(
    'of the merged stream only USD-M counts: order %j in push %j is %s (F22)',
    (inOrder, inPush, outcome) => {
      const order = { s: 'BTCUSDT', S: 'SELL', q: '1', p: '1', ap: '1', l: '1', z: '1', T: NOW, ...inOrder };
      const push = { e: 'forceOrder', E: NOW, o: order, ...inPush };
      const { events, refusals } = liquidations().normalise({ stream: '!forceOrder@arr', data: push }, NOW);
      expect(events.length === 1 ? 'event' : refusals[0]?.reason).toBe(outcome);
    },
  );
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { serveVenues, START_MS } from '../testing/served.js';

const ORDER = { venueSymbol: 'BTCUSDT', side: 'SELL', quantity: '0.006', price: '82396.90' } as const;

let served: Awaited<ReturnType<typeof serveVenues>>;
const connect = () => RawClient.open(`${served.urls.bybit.ws}/v5/public/linear`);
const subscribe = (...args: readonly string[]) => ({ req_id: 'a7', op: 'subscribe', args });

beforeEach(async () => {
  served = await serveVenues();
});
afterEach(() => served.venues.stop());

describe('subscriptions', () => {
  test('are acknowledged by request id', async () => {
    const client = await connect();
    expect(await client.ask(subscribe('allLiquidation.BTCUSDT', 'allLiquidation.SHIB1000USDT'))).toEqual({
      success: true,
      ret_msg: '',
      conn_id: expect.any(String),
      req_id: 'a7',
      op: 'subscribe',
    });
  });

  test.each([
    'allLiquidation.NOPEUSDT',
    'allLiquidation.btcusdt',
    'liquidation.BTCUSDT',
    'orderbook.500.BTCUSDT',
  ])('name %s as the bad one of a batch, of which nothing takes effect', async (topic) => {
    const client = await connect();
    expect(await client.ask(subscribe('allLiquidation.BTCUSDT', topic))).toMatchObject({
      success: false,
      ret_msg: `error:handler not found,topic:${topic}`,
      req_id: 'a7',
    });
    served.venues.emit('bybit', ORDER);
    await client.settled();
    expect(client.frames).toHaveLength(1);
  });

  test('made twice are refused by name', async () => {
    const client = await connect();
    await client.ask(subscribe('allLiquidation.BTCUSDT'));
    expect(await client.ask(subscribe('allLiquidation.BTCUSDT'))).toMatchObject({
      success: false,
      ret_msg: 'error:already subscribed,topic:allLiquidation.BTCUSDT',
    });
  });

  test('hold 21,000 characters per connection', async () => {
    const topics = Array.from(
      { length: 701 },
      (_, at) => `allLiquidation.COIN${String(at).padStart(7, '0')}USDT`,
    );
    for (const topic of topics) served.venues.faults('bybit').list(topic.slice(15), 1);
    const client = await connect();
    expect(topics.slice(0, 700).join('')).toHaveLength(21_000);
    expect(await client.ask(subscribe(...topics.slice(0, 700)))).toMatchObject({ success: true });
    expect(await client.ask(subscribe(...topics.slice(700)))).toMatchObject({
      success: false,
      ret_msg: 'error:args size >21000',
    });
  });

  test('of which earlier ones take effect can be asked for', async () => {
    const other = await serveVenues({ limits: { bybit: { failedBatch: 'EARLIER' } } });
    const client = await RawClient.open(`${other.urls.bybit.ws}/v5/public/linear`);
    await client.ask(subscribe('allLiquidation.BTCUSDT', 'allLiquidation.NOPE', 'allLiquidation.ETHUSDT'));
    expect(await client.ask(subscribe('allLiquidation.BTCUSDT'))).toMatchObject({ success: false });
    expect(await client.ask(subscribe('allLiquidation.ETHUSDT'))).toMatchObject({ success: true });
    await other.venues.stop();
  });
});

describe('liquidations', () => {
  test('state the side of the position, in the key order of the venue', async () => {
    const client = await connect();
    await client.ask(subscribe('allLiquidation.BTCUSDT'));
    const [event] = served.venues.emit('bybit', ORDER);
    await client.next();
    expect(client.frames.at(-1)).toBe(
      `{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":${START_MS},"data":[{"T":${START_MS},"s":"BTCUSDT",` +
        '"S":"Buy","v":"0.006","p":"82396.90"}]}',
    );
    expect(event).toMatchObject({ side: 'SELL', liquidatedSide: 'LONG' });
  });

  test('that are equal within one frame are different events', async () => {
    const client = await connect();
    await client.ask(subscribe('allLiquidation.BTCUSDT'));
    const events = served.venues.emit('bybit', ORDER, ORDER);
    expect(await client.next()).toMatchObject({ data: [{ v: '0.006' }, { v: '0.006' }] });
    expect(new Set(events.map(({ identity }) => identity)).size).toBe(2);
  });

  test('come for subscribed symbols alone', async () => {
    const client = await connect();
    await client.ask(subscribe('allLiquidation.ETHUSDT'));
    served.venues.emit('bybit', ORDER);
    await client.settled();
    expect(client.frames).toHaveLength(1);
  });
});

describe('tickers', () => {
  test('begin with a snapshot and go on with the fields that changed', async () => {
    const client = await connect();
    client.send(subscribe('tickers.BTCUSDT'));
    expect(await client.next()).toMatchObject({ success: true });
    const snapshot = (await client.next()) as { type: string; data: Record<string, string> };
    expect(snapshot).toMatchObject({
      topic: 'tickers.BTCUSDT',
      type: 'snapshot',
      data: { symbol: 'BTCUSDT' },
    });
    expect(Object.keys(snapshot.data)).toHaveLength(27);
    served.venues.setMark('bybit', 'BTCUSDT', 82_000.1);
    served.time.advance(100);
    const delta = (await client.next()) as { type: string; data: Record<string, string> };
    expect(delta).toMatchObject({ type: 'delta', data: { symbol: 'BTCUSDT', markPrice: '82000.10' } });
    expect(delta.data).not.toHaveProperty('fundingRate');
  });

  test('say nothing when nothing changed', async () => {
    const client = await connect();
    client.send(subscribe('tickers.BTCUSDT'));
    await client.next((text) => text.includes('snapshot'));
    served.time.advance(900);
    await client.settled();
    expect(client.frames).toHaveLength(2);
  });
});

describe('connections', () => {
  test('answer op ping with op ping and the word pong', async () => {
    const client = await connect();
    expect(await client.ask({ op: 'ping' })).toMatchObject({
      success: true,
      ret_msg: 'pong',
      op: 'ping',
      conn_id: expect.any(String),
    });
  });

  test('are cut after ten minutes without a ping', async () => {
    const client = await connect();
    served.time.advance(9 * 60_000);
    await client.ask({ op: 'ping' });
    served.time.advance(9 * 60_000);
    await client.ask({ op: 'ping' });
    served.time.advance(10 * 60_000);
    await client.closed;
  });

  test('exist for linear contracts only', async () => {
    await expect(RawClient.open(`${served.urls.bybit.ws}/v5/public/inverse`)).rejects.toThrow('404');
  });
});

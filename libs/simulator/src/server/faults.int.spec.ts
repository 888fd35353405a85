import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { serveVenues } from '../testing/served.js';
import type { VenueFaults } from './venue-faults.js';
import { HOSTILE_KINDS } from './hostile-frames.js';

const PATH = '/market/stream?streams=!forceOrder@arr/btcusdt@markPrice@1s';
const order = (quantity: number) =>
  ({ venueSymbol: 'BTCUSDT', side: 'SELL', quantity: String(quantity), price: '82000' }) as const;
const quantities = (client: RawClient) =>
  client.frames.flatMap((text) => /"q":"(\d+)"/.exec(text)?.[1] ?? []).map(Number);

let served: Awaited<ReturnType<typeof serveVenues>>;
let faults: VenueFaults;
const connect = () => RawClient.open(`${served.urls.binance.ws}${PATH}`);

beforeEach(async () => {
  served = await serveVenues();
  faults = served.venues.faults('binance');
});
afterEach(() => served.venues.stop());

describe('dropped sockets', () => {
  test('close with 1000 when dropped cleanly, and everything before counts as received', async () => {
    const client = await connect();
    const [event] = served.venues.emit('binance', order(1));
    expect(faults.drop('CLEAN')).toBe(1);
    expect((await client.closed).code).toBe(1000);
    await served.venues.confirm();
    expect(event?.deliveries.get('binance-1')?.state).toBe('CONFIRMED');
    const [lost] = served.venues.emit('binance', order(2));
    expect(lost?.deliveries.size).toBe(0);
  });

  test('vanish with 1006 when cut, and what was not confirmed stays uncertain', async () => {
    const client = await connect();
    const [sure] = served.venues.emit('binance', order(1));
    await served.venues.confirm();
    const [unsure] = served.venues.emit('binance', order(2));
    faults.drop('ABRUPT');
    expect((await client.closed).code).toBe(1006);
    expect(sure?.deliveries.get('binance-1')?.state).toBe('CONFIRMED');
    expect(unsure?.deliveries.get('binance-1')?.state).not.toBe('CONFIRMED');
  });
});

test('a reset in the middle of a frame leaves half a frame and no event', async () => {
  const client = await connect();
  expect(faults.drop('MID_FRAME')).toBe(1);
  expect((await client.closed).code).toBe(1006);
  expect(client.frames).toEqual([]);
});

describe('refused connections', () => {
  test.each([429, 418, 451, 403, 503])('meet HTTP %i until the switch is cleared', async (status) => {
    faults.set({ refuse: { status, retryAfterSeconds: 7 } });
    await expect(connect()).rejects.toThrow(String(status));
    const answer = await fetch(`${served.urls.binance.rest}/fapi/v1/time`);
    expect(answer.status).toBe(200);
    faults.clear();
    await connect();
  });
});

describe('silence', () => {
  test('of everything: acknowledged, pinged, and not one frame of data', async () => {
    faults.set({ silent: 'ALL' });
    const client = await connect();
    expect(await client.ask({ method: 'LIST_SUBSCRIPTIONS', id: 1 })).toHaveProperty('result');
    const [event] = served.venues.emit('binance', order(1));
    served.time.advance(5000);
    await client.settled();
    expect(client.frames).toHaveLength(1);
    expect(event?.deliveries.get('binance-1')?.state).toBe('WITHHELD');
  });

  test('of liquidations alone looks like a quiet market: the control stream goes on', async () => {
    faults.set({ silent: 'LIQUIDATIONS' });
    const client = await connect();
    served.venues.emit('binance', order(1));
    served.time.advance(3000);
    await client.settled();
    expect(client.frames).toHaveLength(3);
    expect(quantities(client)).toEqual([]);
  });

  test('without acknowledgements: requests are neither answered nor carried out', async () => {
    faults.set({ acknowledge: false });
    const client = await RawClient.open(`${served.urls.binance.ws}/market/stream`);
    client.send({ method: 'SUBSCRIBE', params: ['!forceOrder@arr'], id: 1 });
    await client.settled();
    served.venues.emit('binance', order(1));
    await client.settled();
    expect(client.frames).toEqual([]);
  });
});

describe('half-open sockets', () => {
  test('neither read nor write nor close, and new ones are sound', async () => {
    const client = await connect();
    expect(faults.halfOpen()).toBe(1);
    const fresh = await connect();
    const [event] = served.venues.emit('binance', order(1));
    client.ping();
    await fresh.next((text) => text.includes('forceOrder'));
    await fresh.settled();
    await served.venues.confirm();
    expect(client.frames).toEqual([]);
    expect(client.pongs).toBe(0);
    expect(event?.deliveries.get('binance-1')?.state).toBe('WITHHELD');
    expect(event?.deliveries.get('binance-2')?.state).toBe('CONFIRMED');
  });
});

describe('disturbed frames', () => {
  test('are written as often as asked', async () => {
    faults.set({ copies: 3 });
    const client = await connect();
    const [event] = served.venues.emit('binance', order(1));
    await client.settled();
    expect(quantities(client)).toEqual([1, 1, 1]);
    expect(event?.deliveries.get('binance-1')).toMatchObject({ copies: 3 });
  });

  test('are shuffled within their window, none lost, the rest sent after a moment', async () => {
    faults.set({ reorderWindow: 10 });
    const client = await connect();
    const sent = Array.from({ length: 25 }, (_, at) => at + 1);
    for (const quantity of sent) served.venues.emit('binance', order(quantity));
    await client.settled();
    const windows = [quantities(client).slice(0, 10), quantities(client).slice(10, 20)];
    expect(windows[0]).not.toEqual(sent.slice(0, 10));
    expect(windows.map((window) => window.toSorted((a, b) => a - b))).toEqual([
      sent.slice(0, 10),
      sent.slice(10, 20),
    ]);
    served.time.advance(100);
    await client.settled();
    expect(quantities(client).toSorted((a, b) => a - b)).toEqual(sent);
  });

  test('are late by the delay', async () => {
    faults.set({ delayMs: 700 });
    const client = await connect();
    served.venues.emit('binance', order(1));
    served.time.advance(699);
    await client.settled();
    expect(quantities(client)).toEqual([]);
    served.time.advance(1);
    await client.settled();
    expect(quantities(client)).toEqual([1]);
  });
});

describe('hostile frames', () => {
  test.each(HOSTILE_KINDS.filter((kind) => kind !== 'INVALID_UTF8'))(
    '%s arrives at every client',
    async (kind) => {
      const client = await connect();
      expect(faults.inject(kind)).toBe(1);
      await client.settled();
      expect(client.frames.length + client.binaryFrames.length).toBe(1);
      expect(served.venues.ledger.events()).toEqual([]);
    },
  );

  test('that are no UTF-8 make a conforming client fail the connection', async () => {
    const client = await connect();
    faults.inject('INVALID_UTF8');
    expect((await client.closed).code).toBe(1006);
  });

  test('are of the size and depth they claim', async () => {
    const client = await connect();
    faults.inject('HUGE');
    faults.inject('DEEP');
    await client.settled();
    expect(client.frames[0]?.length).toBeGreaterThan(5 * 1024 * 1024);
    expect(client.frames[1]).toHaveLength(20_000);
  });
});

test('OKX repeats no past rows once that is switched off', async () => {
  served.venues.emit('okx', { ...order(1), venueSymbol: 'BTC-USDT-SWAP' });
  served.venues.faults('okx').set({ replayOnSubscribe: false });
  const client = await RawClient.open(`${served.urls.okx.ws}/ws/v5/public`);
  await client.ask({ op: 'subscribe', args: [{ channel: 'liquidation-orders', instType: 'SWAP' }] });
  await client.settled();
  expect(client.frames).toHaveLength(1);
});

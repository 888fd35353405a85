import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { serveVenues, START_MS } from '../testing/served.js';

const LIQUIDATIONS = { channel: 'liquidation-orders', instType: 'SWAP' };
const ORDER = { venueSymbol: 'BTC-USDT-SWAP', side: 'SELL', quantity: '8.55', price: '82655.7' } as const;

let served: Awaited<ReturnType<typeof serveVenues>>;
const connect = () => RawClient.open(`${served.urls.okx.ws}/ws/v5/public`);
const subscribe = (...args: readonly unknown[]) => ({ id: '1', op: 'subscribe', args });
const isData = (text: string) => text.includes('"data"');

beforeEach(async () => {
  served = await serveVenues();
});
afterEach(() => served.venues.stop());

describe('subscriptions', () => {
  test('are acknowledged one by one, and one bad argument fails alone', async () => {
    const client = await connect();
    client.send(
      subscribe(
        LIQUIDATIONS,
        { ...LIQUIDATIONS, instId: 'BTC-USDT-SWAP' },
        { channel: 'mark-price', instId: 'NO-SUCH-SWAP' },
        { channel: 'mark-price', instId: 'BTC-USDT-SWAP' },
      ),
    );
    expect(await client.next()).toMatchObject({
      id: '1',
      event: 'subscribe',
      arg: LIQUIDATIONS,
      connId: expect.any(String),
    });
    expect(await client.next()).toMatchObject({ id: '1', event: 'error', code: '60018' });
    expect(await client.next()).toMatchObject({ event: 'error', code: '60018' });
    expect(await client.next()).toMatchObject({ event: 'subscribe', arg: { channel: 'mark-price' } });
  });

  test('drop an instFamily without a word: every contract of the type arrives', async () => {
    const client = await connect();
    const ack = await client.ask(subscribe({ ...LIQUIDATIONS, instFamily: 'ETH-USDT' }));
    expect(ack).toMatchObject({ event: 'subscribe', arg: LIQUIDATIONS });
    served.venues.emit('okx', ORDER);
    expect(await client.next()).toMatchObject({ data: [{ instId: 'BTC-USDT-SWAP' }] });
  });

  test.each(['hello', '[]', '{"op":"login","args":[]}', '{"op":"subscribe"}'])(
    'answer %s with 60012',
    async (text) => {
      const client = await connect();
      expect(await client.ask(text)).toMatchObject({ event: 'error', code: '60012' });
    },
  );

  test('of more than 64 kB in one request are refused', async () => {
    const client = await connect();
    const args = Array.from({ length: 1500 }, () => ({ channel: 'mark-price', instId: 'BTC-USDT-SWAP' }));
    expect(await client.ask(subscribe(...args))).toMatchObject({ code: '60012' });
  });

  test('are 480 an hour at most', async () => {
    const client = await connect();
    for (let at = 0; at < 480; at++) client.send(subscribe(LIQUIDATIONS));
    expect(await client.ask(subscribe(LIQUIDATIONS), (text) => text.includes('"error"'))).toMatchObject({
      code: '60014',
    });
    for (let half = 0; half < 241; half++) {
      served.time.advance(15_000);
      await client.ask('ping', (text) => text === 'pong');
    }
    expect(await client.ask(subscribe(LIQUIDATIONS))).toMatchObject({ event: 'subscribe' });
  });

  test('to liquidations exist on the public path only', async () => {
    await expect(RawClient.open(`${served.urls.okx.ws}/ws/v5/private`)).rejects.toThrow('404');
    const business = await RawClient.open(`${served.urls.okx.ws}/ws/v5/business`);
    const request = { op: 'subscribe', args: [{ channel: 'liquidation-orders', instType: 'SWAP' }] };
    expect(await business.ask(request)).toMatchObject({ event: 'error', code: '60018' });
  });
});

describe('liquidations', () => {
  test('have the field texts and the key order of the venue', async () => {
    const client = await connect();
    await client.ask(subscribe(LIQUIDATIONS));
    served.venues.emit('okx', ORDER);
    await client.next();
    expect(client.frames.at(-1)).toBe(
      '{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"0","bkPx":"82655.7","ccy":"",' +
        `"posSide":"long","side":"sell","sz":"8.55","ts":"${START_MS}"}],"instFamily":"BTC-USDT","instId":"BTC-USDT-SWAP",` +
        '"instType":"SWAP","uly":"BTC-USDT"}]}',
    );
  });

  test('that happen together share a frame: a row per instrument, a detail per order', async () => {
    const client = await connect();
    await client.ask(subscribe(LIQUIDATIONS));
    served.venues.emit(
      'okx',
      ORDER,
      { ...ORDER, venueSymbol: 'PEPE-USDT-SWAP' },
      { ...ORDER, side: 'BUY', netMode: true },
    );
    const { data } = (await client.next(isData)) as {
      data: { instId: string; details: { posSide: string }[] }[];
    };
    expect(data.map(({ instId, details }) => [instId, details.map(({ posSide }) => posSide)])).toEqual([
      ['BTC-USDT-SWAP', ['long', 'net']],
      ['PEPE-USDT-SWAP', ['long']],
    ]);
  });

  test('of dated contracts come to subscribers of FUTURES alone', async () => {
    const client = await connect();
    await client.ask(subscribe(LIQUIDATIONS));
    served.venues.emit('okx', { ...ORDER, venueSymbol: 'BTC-USDT-261225' });
    await client.settled();
    expect(client.frames.filter(isData)).toEqual([]);
  });

  test('of the recent past come again in the first frame after every subscription, as the same events', async () => {
    const [event] = served.venues.emit('okx', ORDER, { ...ORDER, venueSymbol: 'ETH-USDT-SWAP' });
    const client = await connect();
    client.send(subscribe(LIQUIDATIONS));
    expect(await client.next(isData)).toMatchObject({
      data: [{ instId: 'BTC-USDT-SWAP' }, { instId: 'ETH-USDT-SWAP' }],
    });
    client.send(subscribe(LIQUIDATIONS));
    await client.next(isData);
    expect(served.venues.ledger.events()).toHaveLength(2);
    expect(event?.deliveries.get('okx-1')?.copies).toBe(2);
  });

  test('older than half an hour are not repeated', async () => {
    served.venues.emit('okx', ORDER);
    served.time.advance(31 * 60_000);
    const client = await connect();
    await client.ask(subscribe(LIQUIDATIONS));
    await client.settled();
    expect(client.frames.filter(isData)).toEqual([]);
  });
});

describe('mark prices', () => {
  test('come at once, then on change every 200 ms, else every ten seconds', async () => {
    const client = await connect();
    const marks = () => client.frames.filter(isData).length;
    client.send(subscribe({ channel: 'mark-price', instId: 'BTC-USDT-SWAP' }));
    await client.next(isData);
    served.time.advance(9800);
    await client.settled();
    const before = marks();
    served.venues.setMark('okx', 'BTC-USDT-SWAP', 82_000.4);
    served.time.advance(200);
    await client.settled();
    expect(marks()).toBe(before + 1);
    expect(JSON.parse(client.frames.at(-1) ?? '')).toMatchObject({
      data: [{ instType: 'SWAP', markPx: '82000.40' }],
    });
    served.time.advance(10_000);
    await client.settled();
    expect(marks()).toBe(before + 2);
  });
});

describe('connections', () => {
  test('answer the bare text ping with the bare text pong', async () => {
    const client = await connect();
    expect(await client.ask('ping')).toEqual({ text: 'pong' });
  });

  test('without a subscription are cut after 30 s, whatever they ping', async () => {
    const client = await connect();
    served.time.advance(20_000);
    await client.ask('ping');
    served.time.advance(10_000);
    expect((await client.closed).code).toBe(4004);
  });

  test('on which nothing is pushed for 30 s are cut; a ping in time keeps them', async () => {
    const client = await connect();
    await client.ask(subscribe(LIQUIDATIONS));
    served.time.advance(25_000);
    await client.ask('ping');
    served.time.advance(27_000);
    await client.ask('ping');
    served.time.advance(30_000);
    expect((await client.closed).code).toBe(4004);
  });

  test('are three a second and address', async () => {
    await Promise.all([connect(), connect(), connect()]);
    await expect(connect()).rejects.toThrow('429');
    served.time.advance(1001);
    await connect();
  });

  test('are announced to close (64008) a minute ahead', async () => {
    const client = await connect();
    await client.ask(subscribe(LIQUIDATIONS));
    expect(served.venues.faults('okx').announceClose()).toBe(1);
    expect(await client.next()).toMatchObject({ event: 'notice', code: '64008' });
    for (let passed = 0; passed < 60_000; passed += 20_000) {
      await client.ask('ping');
      served.time.advance(20_000);
    }
    expect((await client.closed).code).toBe(1001);
  });
});

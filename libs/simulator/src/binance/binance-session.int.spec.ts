import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { serveVenues, START_MS } from '../testing/served.js';

const ORDER = {
  venueSymbol: 'BTCUSDT',
  side: 'SELL',
  quantity: '0.190',
  price: '82338.30',
  averagePrice: '82651.90',
  lastQuantity: '0.155',
} as const;

let served: Awaited<ReturnType<typeof serveVenues>>;
const connect = (path: string, options?: { autoPong?: boolean }) =>
  RawClient.open(`${served.urls.binance.ws}${path}`, options);

beforeEach(async () => {
  served = await serveVenues();
});
afterEach(() => served.venues.stop());

describe('routes', () => {
  test.each(['/market/stream?streams=!forceOrder@arr', '/market/ws/!forceOrder@arr'])(
    'delivers forced orders on %s',
    async (path) => {
      const client = await connect(path);
      served.venues.emit('binance', ORDER);
      const frame = await client.next();
      const payload = path.includes('stream?') ? (frame.data as Record<string, unknown>) : frame;
      expect(payload.e).toBe('forceOrder');
    },
  );

  test.each(['/stream', '/ws', '/public/stream', '/public/ws', '/private/ws'])(
    'acknowledges forced orders on %s and never sends one',
    async (path) => {
      const client = await connect(path);
      const answer = await client.ask({ method: 'SUBSCRIBE', params: ['!forceOrder@arr'], id: 1 });
      expect(answer).toEqual({ result: null, id: 1 });
      const [event] = served.venues.emit('binance', ORDER);
      await client.settled();
      expect(client.frames).toHaveLength(1);
      expect(event?.deliveries.size).toBe(0);
    },
  );

  test('lets public data flow on the retired route and on /public, market data on /market alone', async () => {
    const flows = async (path: string, stream: string) => {
      const client = await connect(`${path}?streams=${stream}`);
      served.time.advance(1000);
      await client.settled();
      return client.frames.length > 0;
    };
    expect(await flows('/stream', 'btcusdt@bookTicker')).toBe(true);
    expect(await flows('/public/stream', 'btcusdt@bookTicker')).toBe(true);
    expect(await flows('/market/stream', 'btcusdt@bookTicker')).toBe(false);
    expect(await flows('/market/stream', 'btcusdt@markPrice@1s')).toBe(true);
    expect(await flows('/public/stream', 'btcusdt@markPrice@1s')).toBe(false);
    expect(await flows('/stream', 'btcusdt@markPrice@1s')).toBe(false);
  });

  test('knows no other path', async () => {
    await expect(connect('/market')).rejects.toThrow('404');
    await expect(connect('/market/streams')).rejects.toThrow('404');
  });

  test('acknowledges symbols and streams that do not exist', async () => {
    const client = await connect('/market/stream');
    const params = ['nosuchusdt@markPrice@1s', 'btcusdt@nonsense'];
    expect(await client.ask({ method: 'SUBSCRIBE', params, id: 7 })).toEqual({ result: null, id: 7 });
    served.time.advance(2000);
    await client.settled();
    expect(client.frames).toHaveLength(1);
  });
});

describe('frames', () => {
  test('have the field texts and the key order of the venue', async () => {
    const client = await connect('/market/stream?streams=!forceOrder@arr');
    served.venues.emit('binance', { ...ORDER, timeMs: START_MS - 935 });
    await client.next();
    expect(client.frames[0]).toBe(
      `{"stream":"!forceOrder@arr","data":{"e":"forceOrder","E":${START_MS},"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT",` +
        `"f":"IOC","q":"0.190","p":"82338.30","ap":"82651.90","X":"FILLED","l":"0.155","z":"0.190","T":${START_MS - 935},` +
        '"ps":"BTCUSDT","st":1}}}',
    );
  });

  test('come once per subscribed stream and only for the own symbol', async () => {
    const client = await connect(
      '/market/stream?streams=!forceOrder@arr/btcusdt@forceOrder/ethusdt@forceOrder',
    );
    served.venues.emit('binance', ORDER);
    await client.settled();
    const streams = client.frames.map((text) => (JSON.parse(text) as { stream: string }).stream);
    expect(streams).toEqual(['!forceOrder@arr', 'btcusdt@forceOrder']);
  });

  test('mark COIN-M rows of the merged stream, which a USD-M recorder must refuse', async () => {
    const client = await connect('/market/ws/!forceOrder@arr');
    const [event] = served.venues.emit('binance', { ...ORDER, venueSymbol: 'BTCUSD_PERP', quantity: '2304' });
    const frame = await client.next();
    expect(frame.o).toMatchObject({ s: 'BTCUSD_PERP', ps: 'BTCUSD', st: 2, z: '2304' });
    expect(event).toMatchObject({ recordable: false });
  });

  test('of the mark price come every second with @1s, else every three, each on its own', async () => {
    const client = await connect('/market/stream?streams=btcusdt@markPrice@1s/ethusdt@markPrice');
    served.venues.setMark('binance', 'BTCUSDT', 82_651.123);
    served.time.advance(6000);
    await client.settled();
    const seen = client.frames.map(
      (text) => JSON.parse(text) as { stream: string; data: { p: string; st: number } },
    );
    expect(seen.filter(({ stream }) => stream === 'btcusdt@markPrice@1s')).toHaveLength(6);
    expect(seen.filter(({ stream }) => stream === 'ethusdt@markPrice')).toHaveLength(2);
    expect(seen[0]?.data).toMatchObject({ e: 'markPriceUpdate', s: 'BTCUSDT', p: '82651.12300000', st: 1 });
  });
});

describe('requests', () => {
  test('list and cancel subscriptions', async () => {
    const client = await connect('/market/ws');
    await client.ask({ method: 'SUBSCRIBE', params: ['!forceOrder@arr', 'btcusdt@markPrice'], id: 1 });
    expect(await client.ask({ method: 'UNSUBSCRIBE', params: ['btcusdt@markPrice'], id: 2 })).toEqual({
      result: null,
      id: 2,
    });
    expect(await client.ask({ method: 'LIST_SUBSCRIPTIONS', id: 3 })).toEqual({
      result: ['!forceOrder@arr'],
      id: 3,
    });
  });

  test('switch the wrapper, which is on for /stream and off for /ws', async () => {
    const wrapped = await connect('/market/stream');
    const bare = await connect('/market/ws/!forceOrder@arr');
    const read = { method: 'GET_PROPERTY', params: ['combined'], id: 1 };
    expect(await wrapped.ask(read)).toEqual({ result: true, id: 1 });
    expect(await bare.ask(read)).toEqual({ result: false, id: 1 });
    await bare.ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 2 });
    served.venues.emit('binance', ORDER);
    expect(await bare.next()).toMatchObject({ stream: '!forceOrder@arr' });
  });

  test.each([
    ['{"method":', 3],
    ['[]', 2],
    ['{"method":"SUBSCRIBE","params":"x","id":1}', 2],
    ['{"method":"SUBSCRIBE","params":["a@ticker"],"id":-1}', 2],
    ['{"method":"HELLO","id":1}', 2],
    ['{"method":"GET_PROPERTY","params":["colour"],"id":1}', 0],
    ['{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}', 1],
  ])('answer %s with error code %i and keep the connection', async (text, code) => {
    const client = await connect('/market/ws');
    expect(await client.ask(text)).toMatchObject({ code });
    expect(await client.ask({ method: 'LIST_SUBSCRIPTIONS', id: 3 })).toEqual({ result: [], id: 3 });
  });
});

describe('limits', () => {
  test('ten messages in a second pass, the eleventh ends the connection; pings count', async () => {
    const client = await connect('/market/ws');
    for (let id = 0; id < 9; id++) client.send({ method: 'LIST_SUBSCRIPTIONS', id });
    await client.settled();
    served.time.advance(1001);
    for (let id = 0; id < 10; id++) client.send({ method: 'LIST_SUBSCRIPTIONS', id });
    client.ping();
    expect((await client.closed).code).toBe(1008);
    expect(client.frames).toHaveLength(19);
  });

  test('a connection takes 1024 streams and refuses the next', async () => {
    const client = await connect('/market/ws');
    const params = Array.from({ length: 1024 }, (_, at) => `coin${at}usdt@forceOrder`);
    expect(await client.ask({ method: 'SUBSCRIBE', params, id: 1 })).toEqual({ result: null, id: 1 });
    const more = { method: 'SUBSCRIBE', params: ['btcusdt@forceOrder'], id: 2 };
    expect(await client.ask(more)).toMatchObject({ code: 2, id: 2 });
  });

  test('a client that answers pings lives until its 24 hours are over', async () => {
    const client = await connect('/market/ws/!forceOrder@arr');
    for (let minutes = 0; minutes < 24 * 60 - 3; minutes += 3) {
      served.time.advance(3 * 60_000);
      await served.venues.confirm();
    }
    served.venues.emit('binance', ORDER);
    expect(await client.next()).toMatchObject({ e: 'forceOrder' });
    served.time.advance(3 * 60_000);
    expect((await client.closed).code).toBe(1001);
  });

  test('a client that does not answer pings is cut after ten minutes', async () => {
    const client = await connect('/market/ws/!forceOrder@arr', { autoPong: false });
    served.time.advance(9 * 60_000);
    await client.settled();
    served.time.advance(2 * 60_000);
    expect(await client.closed).toEqual({ code: 1008, reason: 'Pong timeout' });
  });
});

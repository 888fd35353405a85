import { afterEach, describe, expect, test } from '@jest/globals';
import { ManualScheduler } from './manual-scheduler.js';
import { startSimulation, type Simulation, type SimulationOptions } from './simulation.js';
import { RawClient } from './testing/raw-client.js';
import { START_MS } from './testing/served.js';

const running: Simulation[] = [];
afterEach(async () => {
  for (const simulation of running.splice(0)) await simulation.stop();
});

async function start(options: SimulationOptions = {}) {
  const simulation = await startSimulation(options);
  running.push(simulation);
  return simulation;
}

const command = (url: string, body: unknown, type = 'application/json') =>
  fetch(`${url}/_control`, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });

describe('startSimulation', () => {
  test('gives the settings that point a backend at it', async () => {
    const { environment, urls } = await start();
    expect(Object.keys(environment).sort()).toEqual([
      'BINANCE_REST_BASE_URL',
      'BINANCE_WS_BASE_URL',
      'BYBIT_REST_BASE_URL',
      'BYBIT_WS_BASE_URL',
      'OKX_REST_BASE_URL',
      'OKX_WS_BASE_URL',
    ]);
    expect(environment.OKX_WS_BASE_URL).toBe(urls.okx.ws);
    expect(urls.binance).toEqual({
      ws: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
      rest: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
  });

  test('sends the same frames for the same seed', async () => {
    const listen = async (seed: number) => {
      const scheduler = new ManualScheduler(START_MS);
      const simulation = await start({ seed, scheduler, intensity: 3 });
      const client = await RawClient.open(
        `${simulation.urls.binance.ws}/market/stream?streams=!forceOrder@arr/!markPrice@arr@1s`,
      );
      // Step by step, so that the server's own 24-hour and ping rules see a clock that moves as a clock does.
      for (let step = 0; step < 600; step++) scheduler.advance(100);
      await client.settled();
      return client.frames;
    };
    const first = await listen(42);
    expect(first.filter((text) => text.includes('forceOrder')).length).toBeGreaterThan(10);
    expect(await listen(42)).toEqual(first);
    expect(await listen(43)).not.toEqual(first);
  });

  test('sends the same books and trades for the same seed, through everything that the market does', async () => {
    const listen = async (seed: number) => {
      const scheduler = new ManualScheduler(START_MS);
      const simulation = await start({ seed, scheduler, intensity: 3 });
      const client = await RawClient.open(`${simulation.urls.bybit.ws}/v5/public/linear`);
      const args = ['orderbook.200.BTCUSDT', 'publicTrade.BTCUSDT'];
      await client.ask({ op: 'subscribe', args, req_id: '1' });
      for (let step = 0; step < 300; step++) scheduler.advance(100);
      await client.settled();
      return client.frames;
    };
    const first = await listen(42);
    expect(first.length).toBeGreaterThan(350);
    expect(await listen(42)).toEqual(first);
    expect(await listen(43)).not.toEqual(first);
  });

  test('frees its ports when one of them is taken', async () => {
    const first = await start();
    const taken = Number(new URL(first.urls.bybit.rest).port);
    const free = Number(new URL((await start()).urls.binance.rest).port);
    await running.pop()?.stop();
    await expect(startSimulation({ ports: { binance: free, bybit: taken } })).rejects.toThrow('EADDRINUSE');
    await start({ ports: { binance: free } });
  });

  test('stops although sockets are half-open', async () => {
    const simulation = await start();
    const client = await RawClient.open(`${simulation.urls.binance.ws}/market/stream`);
    simulation.faults('binance').halfOpen();
    await simulation.stop();
    running.pop();
    await client.closed;
  });
});

describe('/_control', () => {
  test('throws switches, emits and tells the state, for the venue asked or named', async () => {
    const { urls, faults, ledger } = await start({ market: false });
    const client = await RawClient.open(`${urls.okx.ws}/ws/v5/public`);
    await client.ask({ op: 'subscribe', args: [{ channel: 'liquidation-orders', instType: 'SWAP' }] });
    await command(urls.okx.rest, { do: 'set', faults: { copies: 2, refuse: { status: 503 } } });
    expect(faults('okx').state).toMatchObject({ copies: 2, refuse: { status: 503 } });
    const orders = [{ venueSymbol: 'BTC-USDT-SWAP', side: 'BUY', quantity: '1', price: '82000' }];
    const emitted = await command(urls.binance.rest, { do: 'emit', venue: 'okx', orders });
    expect(await emitted.json()).toEqual({
      ok: true,
      result: [{ id: 1, identity: ledger.events()[0]?.identity }],
    });
    await client.next((text) => text.includes('82000'));
    await command(urls.okx.rest, { do: 'set', faults: { refuse: null } });
    expect(faults('okx').state.refuse).toBeUndefined();
    const state = await (await fetch(`${urls.bybit.rest}/_control`)).json();
    expect(state).toMatchObject({
      venues: {
        okx: { liquidationListeners: 1, faults: { copies: 2 }, sockets: [{ id: 'okx-1', open: true }] },
      },
      ledger: { events: 1, distinct: 1, delivered: 1, dropped: 0 },
    });
    await command(urls.okx.rest, { do: 'drop', how: 'CLEAN' });
    expect((await client.closed).code).toBe(1000);
  });

  test('commands the faults of books and tells their truth', async () => {
    const scheduler = new ManualScheduler(START_MS);
    const { urls } = await start({ market: false, scheduler });
    const client = await RawClient.open(`${urls.binance.ws}/public/ws/btcusdt@depth@100ms`);
    const ask = async (body: object) => {
      const answer = await command(urls.binance.rest, { venueSymbol: 'BTCUSDT', ...body });
      return ((await answer.json()) as { result: unknown }).result;
    };
    scheduler.advance(200);
    expect(await ask({ do: 'lose', what: 'BOOK' })).toBe(true);
    expect(await ask({ do: 'lose', what: 'TRADES' })).toBe(true);
    expect(await ask({ do: 'crossBook', venueSymbol: 'ETHUSDT' })).toBe(false);
    expect(await ask({ do: 'restartBook' })).toBe(false);
    scheduler.advance(200);
    await client.settled();
    expect(client.frames).toHaveLength(3);
    const { u } = JSON.parse(client.frames.at(-1)!) as { u: number };
    expect(await ask({ do: 'book' })).toMatchObject({ lastId: u, bids: expect.anything() });
    scheduler.advance(5_000);
    expect(await ask({ do: 'trades' })).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: expect.any(String) })]),
    );
    await command(urls.binance.rest, { do: 'set', faults: { rest: { status: 429, only: 'DEPTH' } } });
    expect((await fetch(`${urls.binance.rest}/fapi/v1/depth?symbol=BTCUSDT`)).status).toBe(429);
  });

  test.each([
    [{ do: 'lose', venueSymbol: 'BTCUSDT', what: 'ALL' }, 'what must be one of'],
    [{ do: 'explode' }, 'unknown command'],
    [{ do: 'drop', how: 'SOFT' }, 'how must be one of'],
    [{ do: 'set', faults: { volume: 11 } }, 'unknown switch: volume'],
    [{ do: 'set', faults: { copies: 'many' } }, 'copies cannot be "many"'],
    [{ do: 'set', faults: { refuse: { status: 'no' } } }, 'refuse cannot be'],
    [{ do: 'clear', venue: 'kraken' }, 'venue must be one of'],
    [{ do: 'emit', orders: [{ venueSymbol: 'X' }] }, 'quantity must be a text'],
    ['text', 'the body must be a JSON object'],
  ])('refuses %j and says why', async (body, why) => {
    const { urls } = await start({ market: false });
    const answer = await command(urls.binance.rest, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ ok: false, message: expect.stringContaining(why) });
  });

  test('is closed to forms of web pages, large bodies and other methods', async () => {
    const { urls } = await start({ market: false });
    expect((await command(urls.binance.rest, { do: 'clear' }, 'text/plain')).status).toBe(415);
    expect((await command(urls.binance.rest, { do: 'x'.repeat(70_000) })).status).toBe(400);
    expect((await fetch(`${urls.binance.rest}/_control`, { method: 'PUT' })).status).toBe(405);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { ManualScheduler } from '../manual-scheduler.js';
import { startSimulation, type Simulation } from '../simulation.js';
import { START_MS } from '../testing/served.js';
import { type HistoryServer } from './history-server.js';
import { type HistoryRow, type KeptOrder } from './history-row.js';

const order = (n: number, given: Partial<KeptOrder> = {}): KeptOrder => ({
  venueSymbol: 'BTCUSDT',
  side: 'SELL',
  quantity: `0.${n + 1}`,
  price: '82000.10',
  averagePrice: '82100.5',
  timeMs: START_MS - n * 1_000,
  ...given,
});

describe('the history service', () => {
  let simulation: Simulation;
  let history: HistoryServer;
  let root: string;
  let time: ManualScheduler;

  beforeEach(async () => {
    time = new ManualScheduler(START_MS);
    simulation = await startSimulation({ market: false, scheduler: time, history: {} });
    history = simulation.history!;
    root = simulation.environment.LIQUIDATION_API_BASE_URL!;
  });
  afterEach(() => simulation.stop());

  const ask = (query: string) => fetch(`${root}/liquidation-orders?${query}`);
  const rows = async (query: string) => (await (await ask(query)).json()) as HistoryRow[];

  test('keeps what the simulated Binance said of USD-M contracts, field by field', async () => {
    simulation.emit('binance', {
      venueSymbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.190',
      price: '82000.10',
      averagePrice: '82338.30',
      lastQuantity: '0.040',
    });
    simulation.emit('binance', { venueSymbol: 'BTCUSD_PERP', side: 'SELL', quantity: '1', price: '82000' });
    simulation.emit('okx', { venueSymbol: 'BTC-USDT-SWAP', side: 'SELL', quantity: '1', price: '82000' });
    expect(await rows('symbol=BTCUSDT&limit=50')).toEqual([
      {
        id: 1,
        symbol: 'BTCUSDT',
        side: 'sell',
        order_type: 'LIMIT',
        time_in_force: 'IOC',
        original_quantity: '0.190',
        price: '82000.10',
        average_price: '82338.30',
        order_status: 'FILLED',
        order_last_filled_quantity: '0.040',
        order_filled_accumulated_quantity: '0.190',
        order_trade_time: START_MS,
      },
    ]);
    expect(await rows('symbol=BTCUSD_PERP')).toEqual([]);
  });

  test('gives the newest rows of a stretch of time, both ends included, newest first', async () => {
    history.keep(...Array.from({ length: 10 }, (_, n) => order(n)));
    const times = async (query: string) =>
      (await rows(`symbol=BTCUSDT&${query}`)).map(
        ({ order_trade_time }) => (START_MS - order_trade_time) / 1_000,
      );
    expect(await times('limit=3')).toEqual([0, 1, 2]);
    expect(await times(`start_timestamp=${START_MS - 6_000}&end_timestamp=${START_MS - 4_000}`)).toEqual([
      4, 5, 6,
    ]);
    expect(await times(`end_timestamp=${START_MS - 4_000}&limit=2`)).toEqual([4, 5]);
    history.faults = { ...history.faults, limits: false };
    expect(await times(`end_timestamp=${START_MS - 4_000}&limit=2`)).toHaveLength(10);
    expect((await ask('')).status).toBe(200);
    expect((await fetch(`${root}/other`)).status).toBe(404);
    expect(history.requests).toHaveLength(6);
  });

  test('keeps equal orders as rows of their own, and gives copies of a row on demand', async () => {
    history.keep(order(1), order(1));
    expect((await rows('symbol=BTCUSDT')).map(({ id }) => id)).toEqual([-2, -1]);
    history.faults = { ...history.faults, copies: 2, order: 'OLDEST_FIRST' };
    expect((await rows('symbol=BTCUSDT')).map(({ id }) => id)).toEqual([-1, -1, -2, -2]);
    history.faults = { ...history.faults, ids: false };
    expect((await rows('symbol=BTCUSDT'))[0]).not.toHaveProperty('id');
  });

  test('has orders of the time before on demand, within the candles of their minute, the same for a seed', async () => {
    const tell = async (seed: number) => {
      const scheduler = new ManualScheduler(START_MS);
      const past = await startSimulation({ market: false, scheduler, seed, history: { hours: 24 } });
      const told = past.history!.rows('BTCUSDT');
      const candles = past.venues
        .of('binance')
        .candles('BTCUSDT', parseTimeframe('1m'), START_MS - 86_400_000, START_MS);
      await past.stop();
      return { told, candles };
    };
    const { told, candles } = await tell(1);
    expect(told.length).toBeGreaterThan(50);
    expect(new Set(told.map(({ order_trade_time }) => Math.floor(order_trade_time / 1_000))).size).toBe(
      told.length,
    );
    for (const { order_trade_time, average_price } of told) {
      const candle = candles.find(
        ({ startMs }) => startMs === Math.floor(order_trade_time / 60_000) * 60_000,
      )!;
      expect(Number(average_price)).toBeGreaterThan(candle.low * 0.98);
      expect(Number(average_price)).toBeLessThan(candle.high * 1.02);
    }
    expect((await tell(1)).told).toEqual(told);
    expect((await tell(2)).told).not.toEqual(told);
  });

  test('fails on demand: errors, pages, garbage, halves, and answers that are late', async () => {
    history.keep(order(1));
    const answers = async (faults: Partial<HistoryServer['faults']>) => {
      history.faults = { ...history.faults, body: 'ROWS', ...faults };
      const response = await ask('symbol=BTCUSDT');
      return { status: response.status, text: await response.text() };
    };
    expect(await answers({ http: { status: 503, body: 'HTML' } })).toMatchObject({ status: 503 });
    expect((await answers({ http: undefined, body: 'GARBAGE' })).text).toBe('rows: none today');
    expect((await answers({ body: 'OBJECT' })).text).toContain('maintenance');
    const cut = (await answers({ body: 'CUT' })).text;
    expect(() => JSON.parse(cut) as unknown).toThrow(SyntaxError);
    expect(JSON.parse((await answers({ body: 'NULL_ROWS' })).text)).toHaveLength(6);
    expect(JSON.parse((await answers({ body: 'TOO_MANY' })).text)).toHaveLength(12_000);
    history.faults = { ...history.faults, body: 'ROWS', delayMs: 5_000 };
    let isAnswered = false;
    const late = ask('symbol=BTCUSDT').then(() => (isAnswered = true));
    while (history.requests.length < 7) await new Promise((resolve) => setImmediate(resolve));
    time.advance(4_999);
    expect(isAnswered).toBe(false);
    time.advance(1);
    await late;
  });

  test('ends although somebody waits for an answer that never comes', async () => {
    history.faults = { ...history.faults, http: { status: 200, body: 'HANG' } };
    const asked = ask('symbol=BTCUSDT').catch(() => 'cut');
    while (history.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    await simulation.stop();
    expect(await asked).toBe('cut');
    simulation = await startSimulation({ market: false });
    expect(simulation.environment).not.toHaveProperty('LIQUIDATION_API_BASE_URL');
  });
});

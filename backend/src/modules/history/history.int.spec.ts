import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Refusal } from '@orderfox/domain';
import { createJsonFetch, systemClock, type Clock } from '@orderfox/feed';
import { HistoryServer, startSimulation, type KeptOrder, type Simulation } from '@orderfox/simulator';
import { FakeClock, waitFor } from '@orderfox/testing';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { readConfig } from '../../core/config.js';
import { type Log } from '../../core/log.js';
import { MarketBus } from '../../core/market-bus.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { LiquidationRecorder } from '../liquidation/liquidation-recorder.js';
import { LiquidationRepository } from '../liquidation/liquidation.repository.js';
import { LiquidationSpool } from '../liquidation/liquidation-spool.js';
import { createSymbolCatalog } from '../symbols/create-symbol-catalog.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { SymbolInterest } from '../symbols/symbol-interest.js';
import { startHistory } from './create-history.js';
import { type HistoryLoader } from './history-loader.js';

const NOW = Date.now();
const SECOND = 1_000;
const HOUR = 3_600_000;
const binance = VENUE_ADAPTERS.find(({ id }) => id === 'binance')!;

/** The n-th order of a series that goes back from now, second by second. */
const order = (n: number, given: Partial<KeptOrder> = {}): KeptOrder => ({
  venueSymbol: 'BTCUSDT',
  side: n % 2 === 0 ? 'SELL' : 'BUY',
  quantity: `0.${100 + n}`,
  price: '82000.10',
  averagePrice: '82100.5',
  timeMs: NOW - 60_000 - n * SECOND,
  ...given,
});
const orders = (count: number, from = 0) => Array.from({ length: count }, (_, n) => order(from + n));

describe('the history of liquidations', () => {
  let postgres: PostgresForTests;
  let simulation: Simulation;
  let catalog: SymbolCatalog;
  let service: HistoryServer;
  let root: string;
  let interest: SymbolInterest;
  let repository: LiquidationRepository;
  let recorder: LiquidationRecorder;
  let bus: MarketBus;
  let loader: HistoryLoader | undefined;
  let log: string[];
  let refusals: Refusal[];
  let watched: string[];

  const write: Log['warn'] = (fields, message) =>
    void log.push([message, fields.failure].filter(Boolean).join(' '));
  const quiet: Log = { debug: write, info: write, warn: write, error: write };
  const quarantine = { keep: (more: readonly Refusal[]) => void refusals.push(...more) };

  beforeAll(async () => {
    [postgres, simulation] = await Promise.all([
      PostgresForTests.start(),
      startSimulation({ market: false }),
    ]);
    catalog = createSymbolCatalog({
      config: readConfig(simulation.environment),
      http: createJsonFetch({ clock: systemClock }),
      pool: postgres.database.writer,
      clock: systemClock,
      random: () => 0.5,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    await catalog.start();
    await catalog.attempted();
  }, 60_000);
  afterAll(async () => {
    catalog.stop();
    await Promise.all([simulation.stop(), postgres.dispose()]);
  });

  beforeEach(async () => {
    await postgres.database.writer.query('TRUNCATE liquidation');
    await postgres.database.writer.query('UPDATE liquidation_cursor SET last_seq = 0');
    [log, refusals, watched] = [[], [], []];
    service = new HistoryServer();
    root = await service.start();
    interest = new SymbolInterest();
    interest.watchedThrough(() => watched);
    repository = new LiquidationRepository(postgres.database);
    bus = new MarketBus((error) => {
      throw error;
    });
    recorder = new LiquidationRecorder({
      store: repository,
      spool: new LiquidationSpool({
        path: `${postgres.directory.path}/none.spool`,
        onDamage: () => undefined,
      }),
      bus,
      quarantine,
      clock: systemClock,
    });
    await recorder.start();
  });
  afterEach(async () => {
    loader?.stop();
    loader = undefined;
    await Promise.all([service.stop(), recorder.stop()]);
  });

  /** As the application starts it, with nothing wanted by itself unless said. */
  function start(given: { clock?: Clock; environment?: Record<string, string> } = {}): HistoryLoader {
    const { clock = systemClock, environment = {} } = given;
    const config = readConfig({ SYMBOLS: 'NOSUCHUSDT', LIQUIDATION_API_BASE_URL: root, ...environment });
    loader = startHistory({ config, catalog, interest, bus, recorder, quarantine, clock, log: quiet });
    if (loader === undefined) throw new Error('no history');
    return loader;
  }

  const stored = () => repository.readAfter({}, 0, Number.MAX_SAFE_INTEGER - 1, 100_000);
  const settled = (count: number) =>
    waitFor(async () => (await stored()).length >= count && recorder.status().waiting === 0);
  /** What the feed of Binance makes of these orders. */
  const live = (kept: readonly KeptOrder[]) => {
    const [feed] = binance.feeds({
      roots: binance.roots,
      instruments: catalog.instruments('binance'),
      records: () => true,
    });
    return kept.flatMap(
      ({ venueSymbol: s, side: S, quantity, price: p, averagePrice: ap = p, timeMs: T }) => {
        const o = {
          s,
          S,
          o: 'LIMIT',
          f: 'IOC',
          q: quantity,
          p,
          ap,
          X: 'FILLED',
          l: quantity,
          z: quantity,
          T,
        };
        const data = { e: 'forceOrder', E: NOW, o };
        return feed!.normalise({ stream: '!forceOrder@arr', data }, systemClock.nowMs()).events;
      },
    );
  };
  const record = (kept: readonly KeptOrder[]) => recorder.offer(live(kept));

  test('brings the newest 50 of a market at its first mention, oldest first, in the shape of live ones (S059, S062, S065)', async () => {
    service.keep(...orders(60));
    start();
    interest.asked('BTCUSDT');
    await settled(50);
    const rows = await stored();
    const expected = live(orders(50).reverse());
    expect(rows.map(({ eventKey }) => eventKey)).toEqual(expected.map(({ eventKey }) => eventKey));
    const { seq, committedTimeMs, raw, receivedTimeMs, ...row } = rows[0]!;
    expect({ ...row, raw: '', receivedTimeMs: 0 }).toEqual({ ...expected[0]!, raw: '', receivedTimeMs: 0 });
    // The fiftieth: by hand, from the words of the service.
    expect(row).toMatchObject({
      venue: 'binance',
      symbol: 'BTCUSDT',
      venueSymbol: 'BTCUSDT',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      side: 'BUY',
      liquidatedSide: 'SHORT',
      quantity: '0.149',
      price: '82000.1',
      averagePrice: '82100.5',
      priceUsed: 'FILL',
      notionalUsd: '12232.9745',
      venueTimeMs: NOW - 60_000 - 49 * SECOND,
    });
    expect([seq, committedTimeMs > 0, raw.includes('order_trade_time'), receivedTimeMs > 0]).toEqual([
      1,
      true,
      true,
      true,
    ]);
    expect(service.requests).toEqual(['/liquidation-orders?symbol=BTCUSDT&limit=50']);
  });

  test('is asked once for ten clients, and again when nobody watched the market in between (S064, S069)', async () => {
    const clock = new FakeClock(NOW);
    service.keep(...orders(3));
    const history = start({ clock });
    watched = ['BTCUSDT'];
    for (let client = 0; client < 10; client += 1) interest.asked('BTCUSDT');
    await settled(3);
    clock.advance(HOUR);
    interest.asked('BTCUSDT');
    expect(service.requests).toHaveLength(1);
    expect(history.status()).toMatchObject({ state: 'OK', loaded: 1, waiting: 0, requests: 1, rows: 3 });
    watched = [];
    clock.advance(40_000);
    expect(history.status().loaded).toBe(0);
    interest.asked('BTCUSDT');
    await waitFor(() => history.status().rows === 6);
    await waitFor(() => recorder.status().duplicates === 3);
    expect(await stored()).toHaveLength(3);
  });

  test('fetches the markets that are shown first by itself, and 1000PEPE by its name at the venue (S059)', async () => {
    service.keep(
      order(1),
      order(2, { venueSymbol: '1000PEPEUSDT', price: '0.0125', averagePrice: '0.0125' }),
    );
    start({ environment: { SYMBOLS: 'BTCUSDT,PEPEUSDT' } });
    await settled(2);
    expect(service.requests.map((url) => new URL(url, root).searchParams.get('symbol')).sort()).toEqual([
      '1000PEPEUSDT',
      'BTCUSDT',
    ]);
    expect((await stored()).map(({ symbol }) => symbol).sort()).toEqual(['BTCUSDT', 'PEPEUSDT']);
  });

  test('a row that the feed brought too is there once, whichever came first, and genuine twins both stay (S067)', async () => {
    const twin = order(5);
    service.keep(...orders(10), twin);
    record(orders(4));
    await settled(4);
    start();
    interest.asked('BTCUSDT');
    await settled(11);
    record(orders(10));
    await waitFor(() => recorder.status().duplicates === 14);
    const rows = await stored();
    expect(rows).toHaveLength(11);
    expect(rows.filter(({ venueTimeMs }) => venueTimeMs === twin.timeMs)).toHaveLength(2);
  });

  test.each([
    ['copies of rows', { copies: 3 }],
    ['any order', { order: 'SHUFFLED' as const }],
  ])('takes %s for what they are', async (_, faults) => {
    service.keep(...orders(20));
    service.faults = { ...service.faults, ...faults };
    const history = start();
    interest.asked('BTCUSDT');
    await settled(20);
    await waitFor(() => history.status().loaded === 1 && recorder.status().waiting === 0);
    const rows = await stored();
    expect(rows.map(({ eventKey }) => eventKey)).toEqual(
      live(orders(20).reverse()).map(({ eventKey }) => eventKey),
    );
  });

  test('takes no more than the newest 50 of a service that gives all it has', async () => {
    service.keep(...orders(60));
    service.faults = { ...service.faults, limits: false };
    start();
    interest.asked('BTCUSDT');
    await settled(50);
    const rows = await stored();
    expect(rows.map(({ venueTimeMs }) => venueTimeMs)).toEqual(
      orders(50)
        .map(({ timeMs }) => timeMs)
        .reverse(),
    );
  });

  test('a slow service is nothing after 15 seconds, and live ones come meanwhile (S060)', async () => {
    const clock = new FakeClock(NOW);
    service.keep(...orders(3));
    service.faults = { ...service.faults, http: { status: 200, body: 'HANG' } };
    const history = start({ clock });
    interest.asked('BTCUSDT');
    await waitFor(() => service.requests.length === 1);
    record(orders(2, 50));
    await settled(2);
    clock.advance(14_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(history.status().failures.size).toBe(0);
    clock.advance(1);
    await waitFor(() => history.status().failures.get('NETWORK') === 1);
    expect(history.status()).toMatchObject({ state: 'FAILING', loaded: 0, rows: 0 });
    expect(history.status().detail).toContain('did not answer within 15 s');
    expect(await stored()).toHaveLength(2);
  });

  test.each([
    ['an error', { http: { status: 500 } }, 'UNAVAILABLE'],
    ['a page', { http: { status: 200, body: 'HTML' as const } }, 'UNREADABLE'],
    ['too many requests', { http: { status: 429, retryAfterSeconds: 40 } }, 'RATE_LIMITED'],
    ['what is no JSON', { body: 'GARBAGE' as const }, 'UNREADABLE'],
    ['what is no list', { body: 'OBJECT' as const }, 'UNREADABLE'],
    ['half an answer', { body: 'CUT' as const }, 'UNREADABLE'],
    ['an answer without end', { body: 'ENDLESS' as const }, 'UNREADABLE'],
    ['many times the rows', { body: 'TOO_MANY' as const }, 'UNREADABLE'],
  ])('%s changes nothing, is said once and tried again later (S061)', async (_, faults, failure) => {
    const clock = new FakeClock(NOW);
    service.keep(...orders(3));
    service.faults = { ...service.faults, ...faults };
    const history = start({ clock });
    watched = ['BTCUSDT'];
    interest.asked('BTCUSDT');
    await waitFor(() => history.status().state === 'FAILING');
    clock.advance(29_000);
    for (let client = 0; client < 10; client += 1) interest.asked('BTCUSDT');
    record(orders(1, 50));
    await settled(1);
    expect(service.requests).toHaveLength(1);
    clock.advance(12_000);
    await waitFor(() => [...history.status().failures.values()][0] === 2);
    expect([...history.status().failures.keys()]).toEqual([failure]);
    expect(log.filter((line) => line.includes('cannot be fetched'))).toEqual([
      `the history of liquidations cannot be fetched ${failure}`,
    ]);
    service.faults = { ...service.faults, http: undefined, body: 'ROWS' };
    clock.advance(61_000);
    await settled(4);
    expect(history.status()).toMatchObject({ state: 'OK', loaded: 1 });
  });

  test('a service that is not there changes nothing (S061)', async () => {
    await service.stop();
    const history = start();
    interest.asked('BTCUSDT');
    await waitFor(() => history.status().failures.get('NETWORK') === 1);
    record(orders(2));
    await settled(2);
    service = new HistoryServer();
  });

  test('a market that the service does not know is asked for once and hurts no other', async () => {
    service.keep(order(1, { venueSymbol: 'ETHUSDT' }));
    service.faults = { ...service.faults, http: { status: 404 } };
    const history = start();
    interest.asked('BTCUSDT');
    await waitFor(() => history.status().failures.get('REFUSED') === 1);
    service.faults = { ...service.faults, http: undefined };
    interest.asked('BTCUSDT');
    interest.asked('ETHUSDT');
    await settled(1);
    expect(service.requests).toHaveLength(2);
  });

  test('rows that are none are refused and kept to be looked at, and the others are taken', async () => {
    service.keep(...orders(3));
    service.faults = { ...service.faults, body: 'NULL_ROWS' };
    const history = start();
    interest.asked('BTCUSDT');
    await settled(3);
    expect(history.status().refused).toBe(5);
    expect(refusals.map(({ venue, reason }) => `${venue} ${reason}`)).toEqual(
      Array(5).fill('binance MALFORMED'),
    );
  });

  test('brings a stretch of time whole, however many rows it has, and none of it twice (S063)', async () => {
    const many = Array.from({ length: 2_500 }, (_, n) => order(n % 800, { timeMs: NOW - HOUR - n * 500 }));
    service.keep(...many);
    const history = start();
    const range = { fromMs: NOW - 3 * HOUR, toMs: NOW };
    interest.asked('BTCUSDT', range);
    await waitFor(() => history.status().loaded === 1 && history.status().waiting === 0, {
      withinMs: 30_000,
    });
    await settled(2_500);
    const { requests, cut } = history.status();
    expect(cut).toBe(0);
    interest.asked('BTCUSDT', { fromMs: NOW - 2 * HOUR, toMs: NOW });
    expect(history.status()).toMatchObject({ requests, waiting: 0 });
    expect(await stored()).toHaveLength(2_500);
  }, 30_000);

  test('fetches the hour that the feed did not hear while the market was watched, at its end', async () => {
    const clock = new FakeClock(NOW);
    const history = start({ clock });
    watched = ['BTCUSDT'];
    interest.asked('BTCUSDT');
    await waitFor(() => history.status().loaded === 1);
    clock.advance(4 * HOUR);
    const [fromMs, toMs] = [NOW + 2 * HOUR, NOW + 3 * HOUR];
    service.keep(order(1, { timeMs: fromMs + 1_000 }), order(2, { timeMs: toMs - 1_000 }));
    interest.asked('BTCUSDT', { fromMs: NOW, toMs: NOW + 4 * HOUR });
    await waitFor(() => history.status().waiting === 0);
    expect(await stored()).toEqual([]);
    const gap = { type: 'feed-gap', venue: 'binance', stream: 'liquidations', fromMs } as const;
    const told = { ...gap, cause: 'DISCONNECTED', detail: 'closed' } as const;
    bus.publish({ type: 'feed-gap-changed', gap: told });
    bus.publish({ type: 'feed-gap-changed', gap: { ...told, toMs } });
    await settled(2);
    expect(new URL(service.requests.at(-1)!, root).searchParams.get('start_timestamp')).toBe(String(fromMs));
  });

  test('waits while events wait for the database, which live ones need more', async () => {
    service.keep(...orders(3));
    let state: 'RECORDING' | 'SPOOLING' = 'SPOOLING';
    const offered: string[] = [];
    const clock = new FakeClock(NOW);
    loader = startHistory({
      config: readConfig({ SYMBOLS: 'BTCUSDT', LIQUIDATION_API_BASE_URL: root }),
      catalog,
      interest,
      bus,
      recorder: {
        offer: (events) => void offered.push(...events.map(({ eventKey }) => eventKey)),
        status: () => ({ state, waiting: 0 }),
      },
      quarantine,
      clock,
      log: quiet,
    });
    clock.advance(60_000);
    expect(service.requests).toEqual([]);
    state = 'RECORDING';
    clock.advance(200);
    await waitFor(() => offered.length === 3);
  });

  test('asks for no market that is not recorded or not at the venue, and for none at all without a service', () => {
    const history = start({ environment: { LIQUIDATION_SYMBOLS: 'ETHUSDT' } });
    interest.asked('BTCUSDT');
    interest.asked('NOSUCHUSDT');
    expect(history.status()).toMatchObject({ state: 'IDLE', waiting: 0 });
    history.stop();
    interest.asked('ETHUSDT');
    expect(history.status().waiting).toBe(0);
    const none = { catalog, interest, bus, recorder, quarantine, clock: systemClock, log: quiet };
    expect(startHistory({ ...none, config: readConfig({}) })).toBeUndefined();
    expect(log).toEqual([]);
    const config = readConfig({ VENUES: 'okx', LIQUIDATION_API_BASE_URL: root });
    expect(startHistory({ ...none, config })).toBeUndefined();
    expect(log[0]).toContain('VENUES names no venue');
    expect(service.requests).toEqual([]);
  });

  test('leaves no timer behind when it is stopped', async () => {
    const clock = new FakeClock(NOW);
    const history = start({ clock });
    interest.asked('BTCUSDT');
    await waitFor(() => history.status().loaded === 1);
    history.stop();
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});

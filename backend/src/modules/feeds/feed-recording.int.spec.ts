import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { type RecordedLiquidation } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { MarketBus } from '../../core/market-bus.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { LiquidationRecorder } from '../liquidation/liquidation-recorder.js';
import { LiquidationSpool } from '../liquidation/liquidation-spool.js';
import { LiquidationRepository } from '../liquidation/liquidation.repository.js';
import { QuarantineRepository } from '../liquidation/quarantine.repository.js';
import { createSymbolCatalog } from '../symbols/create-symbol-catalog.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { createFeeds, type Feeds } from './create-feeds.js';
import { venueRequests } from './limited-http-for-tests.js';

const IDS = ['binance', 'okx', 'bybit'] as const;

let postgres: PostgresForTests;
let clock: FakeClock;
let venues: SimulatedVenues;
let catalog: SymbolCatalog;
let recorder: LiquidationRecorder;
let quarantine: QuarantineRepository;
let feeds: Feeds;
let published: RecordedLiquidation[];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  const { database, directory } = postgres;
  clock = new FakeClock();
  venues = new SimulatedVenues({ scheduler: clock });
  await venues.start();
  published = [];
  const bus = new MarketBus((error) => {
    throw error;
  });
  bus.subscribe('liquidation-recorded', ({ liquidation }) => published.push(liquidation));
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const config = {
    venues: VENUE_ADAPTERS,
    venueRoots: new Map(Object.entries(venues.urls)),
    SYMBOLS: ['BTCUSDT'],
    LIQUIDATION_SYMBOLS: ['*'],
  };
  const requests = venueRequests(clock, venues.urls);
  const http = requests.fetch;
  const random = () => 0.5;
  catalog = createSymbolCatalog({ config, http, pool: database.writer, clock, random, log });
  quarantine = new QuarantineRepository(database, clock);
  recorder = new LiquidationRecorder({
    store: new LiquidationRepository(database),
    spool: new LiquidationSpool({ path: join(directory.path, 'spool'), onDamage: silent }),
    bus,
    quarantine,
    clock,
  });
  feeds = createFeeds({ config, catalog, requests, recorder, quarantine, database, bus, clock, random, log });
  await recorder.start();
  await catalog.start();
  await feeds.supervisor.start();
  for (const id of IDS)
    await until(() => feeds.supervisor.venueStatus(id)?.status === 'LIVE', `${id} to be LIVE`);
});

afterEach(async () => {
  catalog.stop();
  await feeds.supervisor.stop();
  let stopped = false;
  void recorder.stop().then(() => (stopped = true));
  await until(() => stopped, 'the recorder to stop');
  await quarantine.close();
  await venues.stop();
});

function until(condition: () => unknown, what: string): Promise<unknown> {
  return waitFor(
    () => {
      const met = condition();
      if (!met) clock.advance(50);
      return met;
    },
    { withinMs: 30_000, describe: what },
  );
}

test('what three venues send is in the database once, exactly, whatever happens to the frames (S234)', async () => {
  for (const id of IDS) venues.faults(id).set({ copies: 3, reorderWindow: 4 });
  for (let n = 1; n <= 40; n += 1) {
    venues.emit('binance', {
      venueSymbol: 'BTCUSDT',
      side: 'SELL',
      quantity: `0.${n}1`,
      price: '9910.5',
      timeMs: clock.nowMs() - n,
    });
    venues.emit('okx', { venueSymbol: 'PEPE-USDT-SWAP', side: 'BUY', quantity: `${n}`, price: '0.0000041' });
    venues.emit('bybit', { venueSymbol: 'SHIB1000USDT', side: 'SELL', quantity: `${n}0`, price: '0.006' });
    if (n === 20) {
      venues.faults('binance').drop('CLEAN');
      const status = () => feeds.supervisor.venueStatus('binance')?.status;
      await until(() => status() === 'RESYNCING', 'binance to be gone');
      await until(() => status() === 'LIVE', 'binance to be back');
    }
    clock.advance(100);
  }
  await venues.confirm();
  const truth = venues.ledger.distinct(venues.ledger.delivered('CONFIRMED'));
  await until(() => published.length >= truth.length, 'every delivered event to be recorded');

  const told = truth.map(({ venue, symbol, liquidatedSide, quantity }) =>
    [venue, symbol, liquidatedSide, quantity].join(' '),
  );
  const rows = published.map(({ venue, symbol, liquidatedSide, quantity }) =>
    [venue, symbol, liquidatedSide, quantity].join(' '),
  );
  expect(rows.sort()).toEqual(told.sort());
  expect(truth.length).toBeGreaterThan(100);
  const { rows: counted } = await postgres.database.reader.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM liquidation',
  );
  expect(counted[0]?.count).toBe(published.length);
  const [okx] = feeds.supervisor.venueStatuses().filter(({ id }) => id === 'okx');
  expect(okx?.feeds[0]?.eventsToday).toBe(published.filter(({ venue }) => venue === 'okx').length);
});

test('a row of an unknown contract leaves quarantine when it becomes an event', async () => {
  venues.faults('okx').set({ rest: { status: 503 } });
  venues.faults('okx').list('BRANDNEW-USDT-SWAP', 2);
  venues.emit('okx', { venueSymbol: 'BRANDNEW-USDT-SWAP', side: 'BUY', quantity: '7', price: '2' });
  const kept = () => quarantine.list('okx', 'UNKNOWN_INSTRUMENT', 10);
  await waitFor(async () => {
    clock.advance(50);
    return (await kept()).length === 1;
  });
  expect(published).toEqual([]);

  venues.faults('okx').clear();
  await until(() => published.length === 1, 'the event');
  expect(published[0]?.symbol).toBe('BRANDNEWUSDT');
  await waitFor(async () => (await kept()).length === 0);
});

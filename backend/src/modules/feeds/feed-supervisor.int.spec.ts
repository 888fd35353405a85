import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { FakeClock, VenueError, type JsonFetch } from '@orderfox/feed';
import { SimulatedVenues, type SimulatedVenueId } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { FeedsForTests, type FeedsForTestsParts } from './feeds-for-tests.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Of real time: ten minutes of three markets take a busy machine a while. */
const PATIENCE_MS = 120_000;
jest.setTimeout(PATIENCE_MS + 30_000);

let postgres: PostgresForTests;
let clock: FakeClock;
let venues: SimulatedVenues;
let running: FeedsForTests[];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  clock = new FakeClock();
  venues = new SimulatedVenues({ scheduler: clock });
  await venues.start();
  running = [];
  await postgres.database.writer.query('TRUNCATE feed_gap, feed_progress, venue_catalogue');
});
afterEach(async () => {
  await Promise.all(running.map((feeds) => feeds.stop()));
  await venues.stop();
});

const http: JsonFetch = async (url) => {
  const response = await fetch(url).catch((error: unknown) => {
    throw new VenueError('NETWORK', String(error));
  });
  if (!response.ok) throw new VenueError('UNAVAILABLE', `status ${response.status}`);
  return response.json();
};

function run(given: Partial<FeedsForTestsParts> = {}): Promise<FeedsForTests> {
  const pool = postgres.database.writer;
  const feeds = new FeedsForTests({ roots: venues.urls, http, pool, clock, ...given });
  running.push(feeds);
  return feeds.start();
}

/** Lets time run, twenty times as fast as real, until something holds. */
function until(condition: () => unknown, what: string | (() => string), stepMs = 100): Promise<unknown> {
  return waitFor(
    () => {
      const met = condition();
      if (!met) clock.advance(stepMs);
      return met;
    },
    { withinMs: PATIENCE_MS, describe: what },
  );
}

const untilState = (feeds: FeedsForTests, id: SimulatedVenueId, state: string, stepMs?: number) =>
  until(
    () => feeds.feed(id).state === state,
    () => `${id} to be ${state}; it is ${feeds.feed(id).state}: ${feeds.feed(id).reason}`,
    stepMs,
  );

async function live(...ids: readonly SimulatedVenueId[]): Promise<FeedsForTests> {
  const feeds = await run({ roots: Object.fromEntries(ids.map((id) => [id, venues.urls[id]])) });
  for (const id of ids) await untilState(feeds, id, 'LIVE');
  return feeds;
}

const order = (venueSymbol: string) => ({ venueSymbol, side: 'SELL', quantity: '10', price: '0.5' }) as const;
const catalogueRequests = (feeds: FeedsForTests, id: string) => feeds.catalog.counts().get(id)?.calls;

describe('three venues', () => {
  test('deliver each liquidation once and right (S234)', async () => {
    const feeds = await live('binance', 'okx', 'bybit');
    venues.emit('binance', { venueSymbol: 'BTCUSDT', side: 'SELL', quantity: '0.014', price: '9910' });
    venues.emit('okx', { venueSymbol: 'BTC-USDT-SWAP', side: 'BUY', quantity: '100', price: '82650' });
    venues.emit('bybit', { venueSymbol: '1000PEPEUSDT', side: 'SELL', quantity: '5000', price: '0.004' });
    await until(() => feeds.events.length >= 3, 'three events');

    const rows = feeds.events.map((event) => [
      event.venue,
      event.symbol,
      event.liquidatedSide,
      event.quantity,
    ]);
    expect(rows.sort()).toEqual([
      ['binance', 'BTCUSDT', 'LONG', '0.014'],
      ['bybit', 'PEPEUSDT', 'LONG', '5000000'],
      ['okx', 'BTCUSDT', 'SHORT', '1'],
    ]);
    expect(feeds.refusals).toEqual([]);
  });

  test('need one catalogue request and one connection per feed each (S027, S037)', async () => {
    const feeds = await live('binance', 'okx', 'bybit');
    expect([...feeds.catalog.counts().values()].map(({ calls }) => calls)).toEqual([1, 1, 1]);
    expect(feeds.sockets).toHaveLength(4);
    expect(venues.of('binance').connections()).toHaveLength(1);
    expect(venues.of('okx').connections()).toHaveLength(1);
    expect(venues.of('bybit').liquidationListeners()).toBe(1);
  });

  test('share a symbol that each calls by its own name (S025)', async () => {
    const feeds = await live('binance', 'okx', 'bybit');
    const names = feeds.catalog
      .find('pepeusdt')
      ?.markets.map(({ venue, venueSymbol }) => `${venue} ${venueSymbol}`);
    expect(names).toEqual(['binance 1000PEPEUSDT', 'okx PEPE-USDT-SWAP', 'bybit 1000PEPEUSDT']);
    await feeds.catalog.attempted();
    expect(feeds.catalog.find('BTCUSDT')?.volumeVenues).toEqual(['binance', 'okx', 'bybit']);
  });

  test('leave no connection and no timer behind when stopped (S043)', async () => {
    const feeds = await live('binance', 'okx', 'bybit');
    await feeds.stop();
    await waitFor(() =>
      (['binance', 'okx', 'bybit'] as const).every((id) => venues.of(id).connections().length === 0),
    );
    await venues.stop();
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});

describe('a venue in trouble', () => {
  test('that is down at the start says so, hurts no other, and is found when it comes up', async () => {
    const port = Number(new URL(venues.urls.okx.rest).port);
    await venues.of('okx').stop();
    const feeds = await run();
    await untilState(feeds, 'binance', 'LIVE');
    await untilState(feeds, 'okx', 'ERROR');
    expect(feeds.venue('okx').statusReason).toMatch(
      /list of contracts cannot be loaded: .* The next try is at/,
    );
    expect(feeds.venue('okx').catalogue).toMatchObject({ symbols: 0, source: 'FALLBACK' });

    await venues.of('okx').start(port);
    await untilState(feeds, 'okx', 'LIVE');
    expect(feeds.venue('okx').catalogue.problem).toBeUndefined();
  });

  test('whose catalogue fails works at once with the one kept from the last start', async () => {
    const before = await live('bybit');
    await before.catalog.attempted();
    await before.stop();
    venues.faults('bybit').set({ rest: { status: 503 } });
    const feeds = await live('bybit');
    expect(feeds.venue('bybit').catalogue).toMatchObject({ source: 'LAST_KNOWN', problem: 'status 503' });
    venues.emit('bybit', order('DOGEUSDT'));
    await until(() => feeds.events.length === 1, 'the event');
  });

  test('that refuses this jurisdiction is not taken for a broken network (F30)', async () => {
    venues.faults('okx').set({ refuse: { status: 451 } });
    const feeds = await run();
    await untilState(feeds, 'okx', 'GEO_BLOCKED');
    await untilState(feeds, 'bybit', 'LIVE');
  });

  test('that changes its format is an ERROR, however alive its connection is (F10)', async () => {
    const feeds = await live('binance');
    const row = { e: 'forceOrder', E: clock.nowMs(), o: { symbol: 'BTCUSDT', direction: 'SELL' } };
    for (let count = 0; count < 3; count += 1) {
      venues
        .faults('binance')
        .injectBytes(Buffer.from(JSON.stringify({ stream: '!forceOrder@arr', data: row })));
    }
    await untilState(feeds, 'binance', 'ERROR');
    expect(feeds.feed('binance').reason).toMatch(/changed its format/);
    expect(feeds.refusals).toHaveLength(3);
    expect(feeds.feed('binance').refusedToday).toBe(3);
    expect(feeds.log.filter((line) => line.includes('rows are refused'))).toHaveLength(1);
    const firstMs = feeds.refusals[0]!.receivedTimeMs;
    expect(feeds.feed('binance').openGapSince).toBeLessThan(firstMs);
    const holes = () => feeds.gaps.filter(({ cause }) => cause === 'REFUSED');
    expect(holes().at(-1)).not.toHaveProperty('toMs');

    await until(() => clock.nowMs() - firstMs > 5 * SECOND, 'some time');
    venues.emit('binance', order('DOGEUSDT'));
    await untilState(feeds, 'binance', 'LIVE');
    await until(() => holes().at(-1)?.toMs !== undefined, 'the gap to end');
    expect(holes().at(-1)?.fromMs).toBeLessThan(firstMs);
    expect(holes().at(-1)?.toMs).toBe(feeds.feed('binance').lastEventAt);
    expect(feeds.feed('binance')).toMatchObject({ gapsToday: 1 });
    expect(feeds.feed('binance').openGapSince).toBeUndefined();
  });

  test('whose event cannot be stored for what it holds has a gap there', async () => {
    const feeds = await live('binance', 'okx');
    const receivedTimeMs = clock.nowMs();
    const refusal = { type: 'refusal', venue: 'okx', reason: 'MALFORMED', detail: '', raw: '' } as const;
    feeds.supervisor.notStorable([{ ...refusal, receivedTimeMs }]);
    await until(() => feeds.gaps.some(({ cause }) => cause === 'REFUSED'), 'the gap');
    expect(feeds.gaps.filter(({ cause }) => cause === 'REFUSED')).toMatchObject([
      { venue: 'okx', toMs: receivedTimeMs + 1 },
    ]);
    expect(feeds.feed('okx').state).toBe('LIVE');
  });
});

describe('a quiet market', () => {
  test('is QUIET without any reconnect, and LIVE with the next event (S041, F6)', async () => {
    const feeds = await live('binance', 'okx');
    venues.emit('binance', order('DOGEUSDT'));
    await until(() => feeds.events.length === 1, 'the event');
    await untilState(feeds, 'binance', 'QUIET', SECOND);
    await untilState(feeds, 'okx', 'QUIET', SECOND);
    const start = clock.nowMs();
    await until(() => clock.nowMs() - start > 10 * MINUTE, 'ten quiet minutes', 2 * SECOND);
    expect(feeds.venue('binance').status).toBe('QUIET');
    expect(feeds.feed('binance').reason).toMatch(/^No liquidations since \d\d:\d\d:\d\d UTC; other data/);
    expect(feeds.statuses.filter(({ state }) => state === 'RESYNCING')).toEqual([]);
    expect(
      venues
        .of('binance')
        .connections()
        .map(({ id }) => id),
    ).toEqual(['binance-1']);
    expect(feeds.gaps.filter(({ cause }) => cause !== 'NOT_RECORDED')).toEqual([]);

    venues.emit('binance', order('DOGEUSDT'));
    await untilState(feeds, 'binance', 'LIVE');
  });

  test('is told from when something could have come, not through an outage', async () => {
    const feeds = await live('binance');
    venues.faults('binance').set({ refuse: { status: 503 } });
    venues.faults('binance').drop('ABRUPT');
    const dropped = clock.nowMs();
    await until(() => clock.nowMs() - dropped > 2 * MINUTE, 'two minutes without', SECOND);
    feeds.statuses.length = 0;
    venues.faults('binance').clear();
    await untilState(feeds, 'binance', 'LIVE', SECOND);
    expect(feeds.statuses.map(({ state }) => state)).not.toContain('QUIET');
  });
});

describe('contracts that come and go (F49)', () => {
  test('a new listing is subscribed and a delisted one released within five minutes', async () => {
    const feeds = await live('bybit');
    const before = feeds.feed('bybit').topics;
    venues.faults('bybit').list('BRANDNEWUSDT', 2);
    venues.faults('bybit').delist('ADAUSDT');
    venues.faults('bybit').delist('XRPUSDT');
    await until(() => catalogueRequests(feeds, 'bybit') === 2, 'the next catalogue', 2 * SECOND);
    await until(() => venues.of('bybit').carriedBy('allLiquidation.BRANDNEWUSDT') === 1, 'the subscription');
    await until(() => venues.of('bybit').carriedBy('allLiquidation.ADAUSDT') === 0, 'the release');
    expect(feeds.feed('bybit').topics).toBe(before - 1);
    expect(feeds.catalog.find('ADAUSDT')?.markets[0]?.trading).toBe(false);

    venues.emit('bybit', order('BRANDNEWUSDT'));
    await until(() => feeds.events.length === 1, 'the event');
    expect(feeds.events[0]?.symbol).toBe('BRANDNEWUSDT');
  });

  test('an event of an unknown contract waits for the catalogue and is recorded, once', async () => {
    const feeds = await live('binance');
    venues.faults('binance').set({ rest: { status: 503 } });
    venues.faults('binance').list('BRANDNEWUSDT', 2);
    venues.emit('binance', order('BRANDNEWUSDT'));
    await until(() => feeds.refusals.length === 1, 'the refusal');
    expect(feeds.refusals[0]).toMatchObject({ reason: 'UNKNOWN_INSTRUMENT', venueSymbol: 'BRANDNEWUSDT' });
    await until(() => feeds.venue('binance').catalogue.problem !== undefined, 'the failed refresh');
    expect(feeds.events).toEqual([]);

    venues.faults('binance').clear();
    await until(() => feeds.events.length === 1, 'the event');
    expect(feeds.events[0]).toMatchObject({ symbol: 'BRANDNEWUSDT', quantity: '10' });
    expect(feeds.refusals).toHaveLength(1);
    // The hole in which it waited is none any more.
    const lengths = () =>
      feeds.gaps
        .filter(({ cause }) => cause === 'REFUSED')
        .map(({ fromMs, toMs = Infinity }) => toMs - fromMs);
    await until(() => lengths().at(-1) === 0, 'the hole to be filled');
    expect(lengths()[0]).toBeGreaterThan(0);
    const listed = () => feeds.repository.list({ venue: 'binance', first: 9 });
    await waitFor(async () => (await listed()).every(({ cause }) => cause !== 'REFUSED'));
    await feeds.catalog.refresh();
    expect(feeds.events).toHaveLength(1);
  });

  test('only the configured symbols are asked for and recorded', async () => {
    const feeds = await run({
      roots: { bybit: venues.urls.bybit, binance: venues.urls.binance },
      records: (symbol) => symbol === 'ETHUSDT',
    });
    await untilState(feeds, 'bybit', 'LIVE');
    await untilState(feeds, 'binance', 'LIVE');
    // The perpetual and the dated contract.
    expect(feeds.feed('bybit').topics).toBe(2);
    venues.emit('binance', order('BTCUSDT'), order('ETHUSDT'));
    await until(() => feeds.events.length === 1, 'the event');
    expect(feeds.events[0]?.symbol).toBe('ETHUSDT');
    expect(feeds.refusals).toEqual([]);
  });

  test('a venue that lists nothing of what is wanted is DISABLED, not broken', async () => {
    const feeds = await run({ records: () => false });
    // Two of them send the liquidations of all contracts on one topic, so their connections live even so.
    for (const id of ['binance', 'okx', 'bybit'] as const) await untilState(feeds, id, 'DISABLED');
    expect(feeds.venue('okx').statusReason).toMatch(/none of the symbols that are to be recorded/);
    await until(() => venues.of('binance').liquidationListeners() === 1, 'the subscription');
    venues.emit('binance', order('BTCUSDT'));
    await until(() => feeds.supervisor.counts().some(({ skipped }) => skipped > 0), 'the skipped row');
    expect(feeds.feed('binance').state).toBe('DISABLED');
    expect(feeds.events).toEqual([]);
    // And misses nothing, also where it has no connection at all.
    const startedMs = clock.nowMs();
    await until(() => clock.nowMs() - startedMs > 20 * SECOND, 'some time');
    for (const id of ['binance', 'okx', 'bybit'] as const)
      expect(feeds.feed(id)).toMatchObject({ state: 'DISABLED', gapsToday: 0 });
    expect(feeds.gaps.filter(({ cause }) => cause !== 'NOT_RECORDED')).toEqual([]);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type FeedGap } from '@orderfox/domain';
import { FakeClock, FAKE_EPOCH_MS, VenueError, type JsonFetch } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { MarkTimeBeforeRecording1795392000000 as MarkTimeBeforeRecording } from '../../migrations/1795392000000-mark-time-before-recording.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { FeedGapRepository } from './feed-gap.repository.js';
import { FeedsForTests } from './feeds-for-tests.js';

const SECOND = 1_000;

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
  return response.json();
};

async function live(venue: 'binance' | 'okx' = 'binance'): Promise<FeedsForTests> {
  const pool = postgres.database.writer;
  const feeds = new FeedsForTests({ roots: { [venue]: venues.urls[venue] }, http, pool, clock });
  running.push(feeds);
  await feeds.start();
  await until(
    () => feeds.feed(venue).state === 'LIVE',
    () =>
      `${venue} to be LIVE; ${feeds.feed(venue).state} ${feeds.feed(venue).reason}; log ${feeds.log.join(' | ')}`,
  );
  return feeds;
}

function until(condition: () => unknown, what: string | (() => string), stepMs = 100): Promise<unknown> {
  return waitFor(
    () => {
      const met = condition();
      if (!met) clock.advance(stepMs);
      return met;
    },
    { withinMs: 30_000, describe: what },
  );
}

function untilStored(isStored: () => Promise<boolean>): Promise<unknown> {
  return waitFor(async () => {
    const met = await isStored();
    if (!met) clock.advance(100);
    return met;
  });
}

const NOT_RECORDED = 'NOT_RECORDED';
const sinceRecording = (gaps: readonly FeedGap[]) => gaps.filter(({ cause }) => cause !== NOT_RECORDED);

/**
 * Waits until the database holds this many gaps since the first data ever and nothing newer is on its way, and gives them
 * oldest first.
 */
async function gapsInDatabase(feeds: FeedsForTests, count: number): Promise<readonly FeedGap[]> {
  let found: readonly FeedGap[] = [];
  await untilStored(async () => {
    found = sinceRecording(await feeds.repository.list({ first: 100 }));
    return found.length === count && found.every((gap) => gap.toMs !== undefined);
  });
  return found.toReversed();
}

describe('an outage', () => {
  test('is a gap from the last data before it to the first data after it (S220)', async () => {
    const feeds = await live();
    await until(() => clock.nowMs() > FAKE_EPOCH_MS + 20 * SECOND, 'some time');
    const lastData = feeds.feed('binance').lastDataAt;
    const dropped = clock.nowMs();
    venues.faults('binance').drop('ABRUPT');
    await until(() => feeds.feed('binance').openGapSince !== undefined, 'the gap');
    expect(feeds.feed('binance')).toMatchObject({ state: 'RESYNCING', openGapSince: lastData, gapsToday: 1 });

    await until(() => feeds.feed('binance').state === 'LIVE', 'the connection');
    const [gap] = await gapsInDatabase(feeds, 1);
    expect(gap).toMatchObject({ venue: 'binance', stream: 'liquidations', cause: 'DISCONNECTED' });
    expect(gap?.fromMs).toBe(lastData);
    expect(gap?.toMs).toBeGreaterThan(dropped);
    expect(gap?.toMs).toBeLessThanOrEqual(feeds.feed('binance').lastDataAt!);
    expect(feeds.feed('binance').openGapSince).toBeUndefined();
    expect(sinceRecording(feeds.gaps).map(({ toMs }) => toMs === undefined)).toEqual([true, false]);
  });

  test('of a venue that acknowledges and sends nothing is SILENT, a gap, and over when data comes (F4)', async () => {
    const feeds = await live('okx');
    await until(() => clock.nowMs() > FAKE_EPOCH_MS + 5 * SECOND, 'some time');
    venues.faults('okx').set({ silent: 'ALL' });
    const silentSince = feeds.feed('okx').lastDataAt;
    await until(() => feeds.feed('okx').state === 'SILENT', 'it to be SILENT', 500);
    expect(clock.nowMs() - silentSince!).toBeLessThan(60 * SECOND);
    await until(() => clock.nowMs() > FAKE_EPOCH_MS + 120 * SECOND, 'more silence', 500);
    expect(['SILENT', 'STALE', 'SYNCING']).toContain(feeds.feed('okx').state);

    venues.faults('okx').clear();
    await until(() => feeds.feed('okx').state === 'LIVE', 'it to be LIVE');
    const [gap] = await gapsInDatabase(feeds, 1);
    expect(gap).toMatchObject({ cause: 'SILENT', fromMs: silentSince });
  });

  test('is written when the database comes back, if it was away meanwhile', async () => {
    const feeds = await live();
    await until(() => clock.nowMs() > FAKE_EPOCH_MS + 3 * SECOND, 'some time');
    await postgres.stop();
    venues.faults('binance').drop('CLEAN');
    await until(() => sinceRecording(feeds.gaps).length === 2, 'the gap to open and close');
    await until(
      () => feeds.log.some((line) => line.includes('cannot be written')),
      'the trouble to be noticed',
    );

    await postgres.start();
    const [gap] = await gapsInDatabase(feeds, 1);
    expect(gap).toEqual(sinceRecording(feeds.gaps)[1]);
    await until(() => feeds.log.some((line) => line.includes('written again')), 'the trouble to be over');
  });

  test('of the store is an ERROR and a gap from the first event that found no room', async () => {
    const feeds = await live();
    const lostSinceMs = clock.nowMs() - 40;
    feeds.storage = { state: 'FULL', lostSinceMs };
    await until(() => feeds.feed('binance').state === 'ERROR', 'it to be ERROR');
    feeds.storage = { state: 'OK' };
    await until(() => feeds.feed('binance').state === 'LIVE', 'it to be LIVE');
    const [gap] = await gapsInDatabase(feeds, 1);
    expect(gap).toMatchObject({ cause: 'STORAGE', fromMs: lostSinceMs });
  });
});

describe('a restart', () => {
  const progress = async (feeds: FeedsForTests) => feeds.repository.lastGoodMs('binance', 'liquidations');

  test('is a gap from the last good moment to the first data, though the process was killed (F42)', async () => {
    const killed = await live();
    await until(() => clock.nowMs() > FAKE_EPOCH_MS + 30 * SECOND, 'some time');
    const lastGood = await waitFor(async () => {
      const found = await progress(killed);
      return found !== undefined && found > FAKE_EPOCH_MS + 28 * SECOND && found;
    });
    // A killed process says nothing more: what this one still wants to write goes nowhere.
    running = [];
    await postgres.database.writer.query('ALTER TABLE feed_progress RENAME TO feed_progress_of_the_dead');
    await killed.stop();
    await postgres.database.writer.query('ALTER TABLE feed_progress_of_the_dead RENAME TO feed_progress');
    const atDeath = await progress(killed);
    expect(atDeath).toBe(lastGood);

    clock.advance(90 * SECOND);
    const started = clock.nowMs();
    const feeds = await live();
    const [gap] = await gapsInDatabase(feeds, 1);
    expect(gap).toMatchObject({ cause: 'STARTED', fromMs: lastGood });
    expect(gap?.toMs).toBeGreaterThanOrEqual(started);
    expect(gap?.toMs).toBeLessThanOrEqual(clock.nowMs());
    await waitFor(async () => ((await progress(feeds)) ?? 0) >= started);
  });

  test('goes on with the gap in the middle of which the process ended, as one gap', async () => {
    const before = await live();
    await until(() => clock.nowMs() > FAKE_EPOCH_MS + 3 * SECOND, 'some time');
    venues.faults('binance').set({ refuse: { status: 503 } });
    venues.faults('binance').drop('ABRUPT');
    await until(() => sinceRecording(before.gaps).length === 1, 'the gap to open');
    await before.stop();
    venues.faults('binance').clear();
    clock.advance(60 * SECOND);

    const feeds = await live();
    const [gap] = await gapsInDatabase(feeds, 1);
    expect(gap).toMatchObject({ cause: 'DISCONNECTED', fromMs: sinceRecording(before.gaps)[0]?.fromMs });
    expect(gap?.toMs).toBeGreaterThanOrEqual(FAKE_EPOCH_MS + 63 * SECOND);
  });
});

describe('the time before recording', () => {
  test('is a gap from 1970 to the first data ever, which a later start neither moves nor repeats', async () => {
    const first = await live();
    const recorded = async () => {
      const gaps = await first.repository.list({ first: 100 });
      return gaps.filter(({ cause }) => cause === NOT_RECORDED);
    };
    await untilStored(async () => (await recorded()).length === 1);
    const [gap] = await recorded();
    expect(gap).toMatchObject({ venue: 'binance', stream: 'liquidations', fromMs: 0 });
    expect(gap?.toMs).toBeGreaterThanOrEqual(FAKE_EPOCH_MS);
    expect(gap?.toMs).toBeLessThanOrEqual(first.feed('binance').lastDataAt!);
    expect(first.feed('binance')).toMatchObject({ gapsToday: 0 });
    await untilStored(
      async () => (await first.repository.lastGoodMs('binance', 'liquidations')) !== undefined,
    );
    await first.stop();

    clock.advance(60 * SECOND);
    await gapsInDatabase(await live(), 1);
    expect(await recorded()).toEqual([gap]);
  });

  test('is marked by the migration for streams that were recorded without it', async () => {
    const { writer, dataSource } = postgres.database;
    await writer.query(`INSERT INTO feed_progress (venue, stream, last_good_at) VALUES
      ('okx', 'liquidations', '2026-03-03Z'), ('bybit', 'liquidations', '2026-03-04Z')`);
    await writer.query(`INSERT INTO feed_gap (venue, stream, from_time, to_time, cause, detail) VALUES
      ('okx', 'liquidations', '2026-02-02Z', '2026-02-03Z', 'SILENT', ''),
      ('binance', 'liquidations', '2026-01-05Z', NULL, 'STARTED', '')`);
    await writer.query(`SELECT record_liquidations(
      ARRAY['before-recording'], ARRAY['bybit'], ARRAY['BTCUSDT'], ARRAY['BTCUSDT'], ARRAY['BTC'], ARRAY['USDT'],
      ARRAY['LONG'], ARRAY['SELL'], ARRAY[1], ARRAY[1], ARRAY[NULL]::numeric[], ARRAY[NULL]::numeric[], ARRAY['FILL'],
      ARRAY[1], ARRAY['2026-01-31Z']::timestamptz[], ARRAY['2026-02-01Z']::timestamptz[], ARRAY['{}'], now())`);
    const runner = dataSource.createQueryRunner();
    try {
      await new MarkTimeBeforeRecording().up(runner);
      const { rows } = await writer.query(
        `SELECT venue, stream, extract(epoch FROM from_time)::float8 AS since, to_time AS until
           FROM feed_gap WHERE cause = 'NOT_RECORDED' ORDER BY venue`,
      );
      const marked = (venue: string, day: string) => ({
        venue,
        stream: 'liquidations',
        since: 0,
        until: new Date(day),
      });
      expect(rows).toEqual([
        marked('binance', '2026-01-05'),
        marked('bybit', '2026-02-01'),
        marked('okx', '2026-02-02'),
      ]);
      await new MarkTimeBeforeRecording().down(runner);
      const { rows: left } = await writer.query('SELECT FROM feed_gap');
      expect(left).toHaveLength(2);
    } finally {
      await runner.release();
    }
  });
});

describe('the list of gaps', () => {
  const gap = (venue: string, fromMs: number, toMs?: number): FeedGap => ({
    type: 'feed-gap',
    venue,
    stream: 'liquidations',
    fromMs,
    ...(toMs !== undefined && { toMs }),
    cause: 'SILENT',
    detail: 'because',
  });

  test('is newest first, and holds what lies at least partly between two moments', async () => {
    const pools = { writer: postgres.database.writer, reader: postgres.database.reader };
    const repository = new FeedGapRepository(pools);
    const all = [gap('okx', 100, 200), gap('okx', 300), gap('bybit', 400, 500)];
    for (const each of all) await repository.save(each);
    // Saving twice, as after an answer that was lost, changes nothing.
    for (const each of all) await repository.save(each);

    const begins = async (query: {
      venue?: string;
      stream?: string;
      fromMs?: number;
      toMs?: number;
      first?: number;
    }) => (await repository.list({ first: 10, ...query })).map(({ fromMs }) => fromMs);
    expect(await begins({})).toEqual([400, 300, 100]);
    expect(await begins({ first: 2 })).toEqual([400, 300]);
    expect(await begins({ venue: 'okx' })).toEqual([300, 100]);
    await repository.save({ ...gap('okx', 600, 700), stream: 'mark-prices' });
    expect(await begins({ venue: 'okx', stream: 'mark-prices' })).toEqual([600]);
    expect(await begins({ stream: 'liquidations', first: 3 })).toEqual([400, 300, 100]);
    expect(await begins({ fromMs: 201, toMs: 350 })).toEqual([300]);
    expect(await begins({ fromMs: 200, toMs: 299 })).toEqual([100]);
    expect(await repository.countSince('okx', 'liquidations', 200)).toBe(1);
    expect(await repository.openGaps('okx', 'liquidations')).toEqual([gap('okx', 300)]);
  });
});

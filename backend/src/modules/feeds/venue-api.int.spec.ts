import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals';
import { type FeedGap } from '@orderfox/domain';
import { FakeClock, type VenueRequests } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { FeedsForTests } from './feeds-for-tests.js';
import { venueRequests } from './limited-http-for-tests.js';

const FEED =
  'stream state reason since lastEventAt lastDataAt eventsToday refusedToday gapsToday openGapSince topics';
const VENUE = `id name status statusReason completeness completenessNote feeds { ${FEED} } catalogue { symbols fetchedAt source problem }`;

let postgres: PostgresForTests;
let clock: FakeClock;
let venues: SimulatedVenues;
let feeds: FeedsForTests;
let requests: VenueRequests;
let api: ApiForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  await postgres.database.writer.query('TRUNCATE feed_gap, feed_progress, venue_catalogue');
  clock = new FakeClock();
  venues = new SimulatedVenues({ scheduler: clock });
  await venues.start();
  requests = venueRequests(clock, venues.urls);
  feeds = new FeedsForTests({
    roots: { binance: venues.urls.binance, okx: venues.urls.okx },
    http: requests.fetch,
    requests,
    pool: postgres.database.writer,
    clock,
  });
  const { catalog, supervisor, bus, repository: gaps } = feeds;
  api = await ApiForTests.start(postgres, { catalog, supervisor, bus, gaps });
});
afterEach(async () => {
  await api.stop();
  await feeds.stop();
  requests.close();
  await venues.stop();
});

function until(condition: () => unknown): Promise<unknown> {
  return waitFor(() => {
    const met = condition();
    if (!met) clock.advance(100);
    return met;
  });
}

const gap = (venue: string, fromMs: number, toMs?: number): FeedGap => ({
  type: 'feed-gap',
  venue,
  stream: 'liquidations',
  fromMs,
  ...(toMs !== undefined && { toMs }),
  cause: 'SILENT',
  detail: 'because',
});

test('venues tells how each one stands, in the configured order', async () => {
  await until(() => feeds.venue('binance').status === 'LIVE' && feeds.venue('okx').status === 'LIVE');
  const { data } = await api.post(`{ venues { ${VENUE} } }`);
  expect(data?.venues).toMatchObject([
    {
      id: 'binance',
      name: 'Binance',
      status: 'LIVE',
      statusReason: 'Data flows.',
      completeness: 'SAMPLED',
      feeds: [
        {
          stream: 'liquidations',
          state: 'LIVE',
          topics: 1,
          eventsToday: 0,
          gapsToday: 0,
          openGapSince: null,
          lastEventAt: null,
        },
      ],
      catalogue: { source: 'VENUE', problem: null },
    },
    { id: 'okx', completeness: 'UNKNOWN' },
  ]);
});

test('venueStatusChanged begins with every venue and tells what changes within a second (S112)', async () => {
  await until(() => feeds.venue('binance').status === 'LIVE' && feeds.venue('okx').status === 'LIVE');
  clock.advance(1_000);
  const client = createClient({ url: api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  const told: { id: string; status: string; feeds: { openGapSince: number | null }[] }[] = [];
  const idle = feeds.bus.listenerCount();
  const end = client.subscribe<{ venueStatusChanged: (typeof told)[number] }>(
    { query: `subscription { venueStatusChanged { ${VENUE} } }` },
    {
      next: ({ data }) => {
        if (data) told.push(data.venueStatusChanged);
      },
      error: (error) => {
        throw new Error(JSON.stringify(error));
      },
      complete: () => undefined,
    },
  );
  await waitFor(() => told.length >= 2);
  expect(told.slice(0, 2).map(({ id, status }) => `${id} ${status}`)).toEqual(['binance LIVE', 'okx LIVE']);

  const dropped = clock.nowMs();
  venues.faults('okx').drop('ABRUPT');
  await until(() => told.some(({ id, status }) => id === 'okx' && status === 'RESYNCING'));
  expect(clock.nowMs() - dropped).toBeLessThanOrEqual(1_000);
  expect(told.at(-1)?.feeds[0]?.openGapSince).not.toBeNull();
  await until(() => told.at(-1)?.status === 'LIVE');

  end();
  await waitFor(() => feeds.bus.listenerCount() === idle);
  await client.dispose();
});

test('feedGaps lists what is missing, newest first, within its bounds', async () => {
  for (const each of [gap('okx', 1_000, 2_000), gap('binance', 3_000), gap('okx', 5_000, 6_000)]) {
    await feeds.repository.save(each);
  }
  const ask = async (given: object) => {
    const query =
      'query ($venue: ID, $stream: String, $from: Timestamp, $to: Timestamp, $first: Int) { feedGaps(venue: $venue, stream: $stream, from: $from, to: $to, first: $first) { venue stream from to cause detail } }';
    return api.post(query, { first: 50, ...given });
  };
  const { data } = await ask({});
  expect(data?.feedGaps).toEqual([
    { venue: 'okx', stream: 'liquidations', from: 5_000, to: 6_000, cause: 'SILENT', detail: 'because' },
    { venue: 'binance', stream: 'liquidations', from: 3_000, to: null, cause: 'SILENT', detail: 'because' },
    { venue: 'okx', stream: 'liquidations', from: 1_000, to: 2_000, cause: 'SILENT', detail: 'because' },
  ]);
  expect((await ask({ venue: 'okx', to: 4_000 })).data?.feedGaps).toHaveLength(1);
  expect((await ask({ first: 1 })).data?.feedGaps).toHaveLength(1);
  expect((await ask({ stream: 'liquidations' })).data?.feedGaps).toHaveLength(3);
  expect((await ask({ stream: 'mark-prices' })).data?.feedGaps).toEqual([]);
  // The ends of what a timestamp can hold lie beyond what the database can.
  expect((await ask({ from: -8e15, to: 8e15 })).data?.feedGaps).toHaveLength(3);
  expect((await ask({ to: -8e15 })).data?.feedGaps).toEqual([]);
  expect((await ask({ from: 8e15, venue: 'okx' })).data?.feedGaps).toEqual([]);
  for (const bad of [
    { first: 0 },
    { first: 501 },
    { from: 2, to: 1 },
    { venue: 'v'.repeat(65) },
    { stream: 's'.repeat(65) },
    { venue: 'mtgox' },
  ]) {
    expect((await ask(bad)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  }
});

test('venues tells how each may be asked by REST, at once when that changes, and how much of its limits is in use', async () => {
  const FIELDS =
    'id requests { state reason since until made failed waiting refused withheld limits { name usedPoints usablePoints limitPoints perMs until } }';
  const isLoaded = (venue: string) => (feeds.catalog.catalogue(venue)?.volumes.size ?? 0) > 0;
  await waitFor(() => isLoaded('binance') && isLoaded('okx'));
  const { data } = await api.post(`{ venues { ${FIELDS} } }`);
  expect(data?.venues).toMatchObject([
    {
      id: 'binance',
      requests: {
        state: 'LIVE',
        reason: 'Requests are answered.',
        until: null,
        made: 2,
        failed: 0,
        // The list of contracts and the turnover of all.
        limits: [
          {
            name: 'weight',
            usedPoints: 41,
            usablePoints: 1_920,
            limitPoints: 2_400,
            perMs: 60_000,
            until: null,
          },
        ],
      },
    },
    { id: 'okx', requests: { state: 'LIVE', limits: [{ name: 'instruments' }, { name: 'tickers' }] } },
  ]);

  const client = createClient({ url: api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  const told: unknown[] = [];
  client.subscribe<{ venueStatusChanged: unknown }>(
    { query: `subscription { venueStatusChanged { ${FIELDS} } }` },
    {
      next: ({ data: news }) => told.push(news?.venueStatusChanged),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  await waitFor(() => told.length >= 2);
  venues.faults('binance').set({ rest: { status: 418, retryAfterSeconds: 300 } });
  const sinceMs = clock.nowMs();
  await expect(
    requests.fetch(`${venues.urls.binance.rest}/fapi/v1/time`, { kind: 'CATALOGUE' }),
  ).rejects.toThrow('418');
  await waitFor(() =>
    told.some(
      (each) => JSON.stringify(each).includes('"state":"BANNED"') && JSON.stringify(each).includes('binance'),
    ),
  );
  expect(told.at(-1)).toMatchObject({
    id: 'binance',
    requests: {
      state: 'BANNED',
      reason: 'It banned this address for asking too often (HTTP 418).',
      since: sinceMs,
      until: sinceMs + 300_000,
      failed: 1,
    },
  });
  await client.dispose();
});

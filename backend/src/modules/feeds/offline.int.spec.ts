import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createJsonFetch, systemClock } from '@orderfox/feed';
import { waitFor } from '@orderfox/testing';
import { type VenueRoots } from '@orderfox/venues';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CatalogueRepository } from '../symbols/catalogue.repository.js';
import { instrument } from '../symbols/symbols-for-tests.js';
import { FeedsForTests } from './feeds-for-tests.js';

// `.invalid` is no name anywhere (RFC 2606).
const NAMELESS = { ws: 'ws://venue.invalid', rest: 'http://venue.invalid' };

let postgres: PostgresForTests;
let refusing: VenueRoots;
let feeds: FeedsForTests;

beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  refusing = { ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` };
  postgres = await PostgresForTests.start();
});
afterEach(() => feeds.stop());
afterAll(() => postgres.dispose());

function start(): Promise<FeedsForTests> {
  feeds = new FeedsForTests({
    roots: { binance: NAMELESS, okx: refusing },
    http: createJsonFetch({ clock: systemClock }),
    pool: postgres.database.writer,
    clock: systemClock,
  });
  return feeds.start();
}

test('without any network every feed says in plain words what is wrong and what happens next (F34)', async () => {
  await start();
  await waitFor(() => feeds.feed('binance').state === 'ERROR' && feeds.feed('okx').state === 'ERROR', {
    withinMs: 30_000,
  });
  expect(feeds.venue('binance').statusReason).toMatch(
    /cannot be loaded: venue\.invalid\S* cannot be found by name \(DNS\)\. The next try is at \d\d:\d\d:\d\d UTC\.$/,
  );
  expect(feeds.venue('okx').statusReason).toMatch(/127\.0\.0\.1:\S* refuses the connection\. The next try/);
  expect(feeds.catalog.symbols().map(({ id, source }) => [id, source])).toEqual([['BTCUSDT', 'FALLBACK']]);
});

test('with kept catalogues the sockets are tried, and say what is wrong themselves', async () => {
  const store = new CatalogueRepository(postgres.database.writer);
  for (const [venue, venueSymbol] of [
    ['binance', 'BTCUSDT'],
    ['okx', 'BTC-USDT-SWAP'],
  ] as const) {
    await store.write(venue, {
      fetchedMs: 1_700_000_000_000,
      instruments: [instrument({ venue, venueSymbol })],
    });
  }
  await start();
  await waitFor(() => feeds.feed('binance').state === 'ERROR' && feeds.feed('okx').state === 'ERROR', {
    withinMs: 30_000,
  });
  expect(feeds.feed('binance').reason).toMatch(/venue\.invalid cannot be found by name \(DNS\)/);
  expect(feeds.feed('okx').reason).toMatch(/127\.0\.0\.1:\d+ refuses the connection/);
  expect(feeds.catalog.find('BTC-USDT-SWAP')).toMatchObject({ id: 'BTCUSDT', source: 'LAST_KNOWN' });
});

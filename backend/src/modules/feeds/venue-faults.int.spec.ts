import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock, asking, VenueError, type JsonFetch, type VenueRequests } from '@orderfox/feed';
import { parseTimeframe } from '@orderfox/domain';
import { SimulatedVenues } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { VENUE_ADAPTERS, type VenueAdapter, type VenueRoots } from '@orderfox/venues';
import { instrument } from '../symbols/symbols-for-tests.js';
import { CountingProxy } from './counting-proxy-for-tests.js';
import { venueRequests } from './limited-http-for-tests.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

let clock: FakeClock;
let venues: SimulatedVenues;
let proxies: Map<string, CountingProxy>;
let requests: VenueRequests;

beforeEach(async () => {
  clock = new FakeClock(NOW);
  venues = new SimulatedVenues({ scheduler: clock, limits: { binance: { weightPerMinute: 1_000_000 } } });
  const urls = await venues.start();
  proxies = new Map();
  for (const [venue, { rest }] of Object.entries(urls)) proxies.set(venue, await CountingProxy.start(rest));
  requests = venueRequests(
    clock,
    Object.fromEntries([...proxies].map(([venue, { root }]) => [venue, { rest: root }])),
  );
});
afterEach(async () => {
  requests.close();
  for (const proxy of proxies.values()) await proxy.stop();
  await venues.stop();
});

const idOf = ({ id }: VenueAdapter) => id as 'binance' | 'okx' | 'bybit';
const askedOf = ({ id }: VenueAdapter) => proxies.get(id)?.asked.length ?? Number.NaN;
const faultsOf = (venue: VenueAdapter) => venues.faults(idOf(venue));

/** Every kind of request that is made to a venue, as its adapter makes it. */
function kindsOf(venue: VenueAdapter): ReadonlyMap<string, () => Promise<unknown>> {
  const roots: VenueRoots = { ws: 'ws://localhost', rest: proxies.get(venue.id)?.root ?? '' };
  const one = instrument({ venue: venue.id, venueSymbol: venue.id === 'okx' ? 'BTC-USDT-SWAP' : 'BTCUSDT' });
  const as = (kind: Parameters<typeof asking>[1]['kind']): JsonFetch =>
    asking(requests.fetch, kind === undefined ? {} : { kind });
  const { candles, books, trades, openInterest, funding } = venue;
  const toMs = clock.nowMs() - (clock.nowMs() % MINUTE);
  const stretch = { instrument: one, fromMs: toMs - 30 * MINUTE, toMs, nowMs: clock.nowMs() };
  const page = { ...stretch, timeframe: parseTimeframe('1m'), rows: 30 };
  const all: [string, (() => Promise<unknown>) | undefined][] = [
    ['contracts', () => venue.listInstruments(as('CATALOGUE'), roots)],
    ['turnover', () => venue.listVolumes24h(as('CATALOGUE'), roots)],
    ['candles', candles && (() => candles.list(as('HISTORY'), roots, page))],
    ['candles of a stream', candles && (() => candles.list(as('LIVE_CANDLES'), roots, page))],
    ['whole book', books?.snapshot && (() => books.snapshot!.fetch(as('SNAPSHOTS'), roots, one))],
    [
      'missed trades',
      trades?.history &&
        (() => trades.history!.list(as('MISSED_TRADES'), roots, { ...stretch, fromId: 1, rows: 10 })),
    ],
    ['open interest', openInterest && (() => openInterest.current(as('POLLING'), roots, [one], NOW))],
    ['past open interest', openInterest && (() => openInterest.history.list(as('HISTORY'), roots, stretch))],
    ['funding', funding && (() => funding.current(as('POLLING'), roots, [one], NOW))],
    ['past funding', funding && (() => funding.history.list(as('HISTORY'), roots, stretch))],
  ];
  return new Map(all.flatMap(([name, ask]) => (ask === undefined ? [] : [[name, ask] as const])));
}

async function failureOf(ask: () => Promise<unknown>): Promise<VenueError | undefined> {
  try {
    await ask();
  } catch (error) {
    if (error instanceof VenueError) return error;
    throw error;
  }
  return undefined;
}

describe.each(VENUE_ADAPTERS)('$name', (venue) => {
  test('answers every kind of request, and is LIVE', async () => {
    for (const [name, ask] of kindsOf(venue)) {
      expect([name, await failureOf(ask)]).toEqual([name, undefined]);
      clock.advance(2_000);
    }
    expect(requests.state(venue.id)).toMatchObject({ state: 'LIVE', failed: 0 });
  });

  test.each([
    { status: 429, retryAfterSeconds: 7, failure: 'RATE_LIMITED', waitMs: 7_000 },
    { status: 418, retryAfterSeconds: 300, failure: 'BANNED', waitMs: 300_000 },
    { status: 418, retryAfterSeconds: undefined, failure: 'BANNED', waitMs: 120_000 },
    { status: 403, retryAfterSeconds: undefined, failure: 'RATE_LIMITED', waitMs: 600_000 },
    { status: 451, retryAfterSeconds: undefined, failure: 'GEO_BLOCKED', waitMs: 30 * MINUTE },
    { status: 503, retryAfterSeconds: 20, failure: 'UNAVAILABLE', waitMs: 20_000 },
  ])(
    'F28-F31: HTTP $status (Retry-After $retryAfterSeconds) is waited for, whatever met it and whatever is wanted',
    async ({ status, retryAfterSeconds, failure, waitMs }) => {
      const isApart = venue.id === 'okx' && failure === 'RATE_LIMITED';
      for (const name of kindsOf(venue).keys()) {
        faultsOf(venue).set({ rest: { status, retryAfterSeconds } });
        const before = askedOf(venue);
        const failedBefore = requests.state(venue.id)?.failed ?? 0;
        const met = await failureOf(kindsOf(venue).get(name) ?? (() => Promise.resolve()));
        expect([name, met?.failure, met?.untilMs]).toEqual([name, failure, clock.nowMs() + waitMs]);
        // Binance's polled values come of two requests, which go out together.
        const asked = askedOf(venue);
        const atOnce = venue.id === 'binance' && ['funding', 'open interest'].includes(name) ? 2 : 1;
        expect(asked - before).toBeLessThanOrEqual(atOnce);
        await waitFor(() => requests.state(venue.id)?.failed === failedBefore + asked - before);
        faultsOf(venue).clear();
        if (isApart) {
          // "Too many" of one endpoint is meant for that one.
          clock.advance(waitMs);
          continue;
        }
        clock.advance(waitMs - 1);
        for (const [other, ask] of kindsOf(venue)) {
          const refused = await failureOf(ask);
          expect([other, refused?.failure, refused?.untilMs]).toEqual([other, failure, clock.nowMs() + 1]);
        }
        expect(askedOf(venue)).toBe(asked);
        expect(requests.state(venue.id)).toMatchObject({ untilMs: clock.nowMs() + 1 });
        clock.advance(1);
        expect(requests.state(venue.id)?.state).toBe('SYNCING');
        expect(await failureOf(kindsOf(venue).get(name) ?? (() => Promise.resolve()))).toBeUndefined();
        expect(requests.state(venue.id)?.state).toBe('LIVE');
        clock.advance(5_000);
      }
      // Nobody else was concerned.
      for (const { id } of VENUE_ADAPTERS) {
        if (id !== venue.id) expect(requests.state(id)?.state).toBe('CONNECTING');
      }
    },
  );
});

test('F29: what a venue really does to one who goes on is met with silence, until the moment in the body', async () => {
  const [binance] = VENUE_ADAPTERS;
  if (binance === undefined) throw new Error('no venue');
  await venues.stop();
  venues = new SimulatedVenues({ scheduler: clock, limits: { binance: { weightPerMinute: 5 } } });
  const { rest } = (await venues.start()).binance;
  const proxy = await CountingProxy.start(rest);
  await proxies.get('binance')?.stop();
  proxies.set('binance', proxy);
  requests.close();
  requests = venueRequests(clock, { binance: { rest: proxy.root } });
  // Another program of this address is banned: it went on after 429.
  for (let n = 0; n < 20; n += 1) await fetch(`${rest}/fapi/v1/time`);
  const first = await failureOf(() => requests.fetch(`${proxy.root}/fapi/v1/time`, { kind: 'CATALOGUE' }));
  expect(first).toMatchObject({ failure: 'BANNED', untilMs: NOW + 120_000 });
  clock.advance(119_000);
  for (const ask of kindsOf(binance).values()) expect((await failureOf(ask))?.failure).toBe('BANNED');
  expect(proxy.asked).toHaveLength(1);
});

test('F28: never passes the limit that Binance has, with another program on the same address', async () => {
  await venues.stop();
  // The limiter believes in 2,400 and the venue keeps to it.
  venues = new SimulatedVenues({ scheduler: clock });
  const { rest } = (await venues.start()).binance;
  const proxy = await CountingProxy.start(rest);
  await proxies.get('binance')?.stop();
  proxies.set('binance', proxy);
  requests.close();
  requests = venueRequests(clock, { binance: { rest: proxy.root } });
  // Sixty requests of 20 points each, by somebody else.
  for (let n = 0; n < 60; n += 1) await fetch(`${rest}/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1`);
  const asked = Array.from({ length: 300 }, (_, index) =>
    failureOf(() =>
      requests.fetch(`${proxy.root}/fapi/v1/ticker/24hr?n=${index}`, {
        kind: 'CATALOGUE',
        patienceMs: 20_000,
      }),
    ),
  );
  const ends = Promise.all(asked);
  for (let second = 0; second < 25; second += 1) {
    for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
  }
  const failures = (await ends).filter((failure) => failure !== undefined);
  // None of them the venue's: what did not fit was not begun.
  expect(requests.state('binance')).toMatchObject({ state: 'LIVE', failed: 0 });
  expect(failures.every(({ message }) => message.includes('as much as its limit allows'))).toBe(true);
  expect(proxy.asked.length).toBeGreaterThan(5);
  expect(proxy.asked.length * 40 + 60 * 20).toBeLessThanOrEqual(2_400);
});

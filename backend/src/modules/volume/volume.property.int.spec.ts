import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type DecimalString,
  type Liquidation,
  parseDecimal,
  parseTimeframe,
  type Timeframe,
} from '@orderfox/domain';
import { waitFor } from '@orderfox/testing';
import fc from 'fast-check';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { LiquidationRepository } from '../liquidation/liquidation.repository.js';
import { asExact, exactVolume, units } from './exact-volume-for-tests.js';
import { VolumeRepository } from './volume.repository.js';

const CASES = 10_000;
/** Cases that are recorded side by side, so that a batch is as full as in a cascade. */
const CASES_AT_ONCE = 100;
const NOW_MS = 1_700_000_100_000;
const DAY_MS = 86_400_000;
/** Every case has three days to itself, of which the middle one holds its events. */
const FIRST_DAY_MS = Date.UTC(2100, 0, 1);
const SYMBOLS = ['A', 'B'];
const VENUES = ['binance', 'okx', 'bybit'];
/** Of one symbol, whose rows are the case's own. */
const TIMEFRAMES = ['1m', '5m', '7m', '90m', '1h', '4h', '1d', '3d', '7d', '1w', '1M'].map(parseTimeframe);
/** Of all symbols: no bucket may reach into the next case's days. */
const TIMEFRAMES_OF_ALL = ['1m', '15m', '1h', '12h', '1d'].map(parseTimeframe);

let postgres: PostgresForTests;
let volume: VolumeRepository;
let made = 0;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  volume = new VolumeRepository(postgres.database);
}, 60_000);
afterAll(() => postgres.dispose());

/** Amounts with up to twenty digits before and twenty after the point: no double holds them. */
const amount = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.nat(20))
  .map(([digits, places]): DecimalString => parseDecimal(`${digits}e-${places}`));

/** Times within a day that crowd at the borders of buckets. */
const timeOfDay = fc
  .tuple(fc.constantFrom(60_000, 3_600_000, 300_000, 420_000), fc.nat(1_440), fc.integer({ min: -1, max: 1 }))
  .map(([lengthMs, n, beside]) => Math.min(DAY_MS - 1, Math.max(0, ((lengthMs * n) % DAY_MS) + beside)));

const event = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  venue: fc.constantFrom(...VENUES),
  isLong: fc.boolean(),
  quantity: amount,
  notionalUsd: amount,
  timeOfDay,
});

function reading(symbols: readonly string[], timeframes: readonly Timeframe[]) {
  return fc.record({ symbol: fc.constantFrom(...symbols), timeframe: fc.constantFrom(...timeframes) });
}

/** Some events, and three deliveries in which each comes at least twice, in any order. */
const delivered = fc.array(event, { minLength: 1, maxLength: 8 }).chain((events) => {
  const twice = [...events.keys(), ...events.keys()];
  return fc.record({
    events: fc.constant(events),
    order: fc.shuffledSubarray(twice, { minLength: twice.length }),
    cuts: fc.tuple(fc.nat(twice.length), fc.nat(twice.length)),
    read: fc.oneof(
      { weight: 2, arbitrary: reading(SYMBOLS, TIMEFRAMES) },
      { weight: 1, arbitrary: reading(['*'], TIMEFRAMES_OF_ALL) },
    ),
    venues: fc.option(fc.subarray(VENUES), { nil: undefined }),
  });
});

type Delivered = typeof delivered extends fc.Arbitrary<infer Value> ? Value : never;

/** A case with names and days of its own. */
function placed({ events, order, cuts, ...asked }: Delivered) {
  made += 1;
  const dayMs = FIRST_DAY_MS + made * 3 * DAY_MS;
  const prefix = `C${made}`;
  const liquidations = events.map(({ symbol, isLong, timeOfDay: time, ...fields }, n) =>
    liquidationForTests(n, {
      ...fields,
      eventKey: `${prefix}:${n}`,
      symbol: `${prefix}${symbol}`,
      liquidatedSide: isLong ? 'LONG' : 'SHORT',
      side: isLong ? 'SELL' : 'BUY',
      venueTimeMs: dayMs + time,
    }),
  );
  const [first, second] = [Math.min(...cuts), Math.max(...cuts)];
  const batches = [order.slice(0, first), order.slice(first, second), order.slice(second)];
  return {
    ...asked,
    prefix,
    dayMs,
    liquidations,
    batches: batches.map((batch) => batch.flatMap((n) => liquidations[n] ?? [])),
  };
}

/** One reading, of one symbol or of all; the rows of all symbols are checked by `checkRows`. */
async function checkCase(one: ReturnType<typeof placed>): Promise<void> {
  const { liquidations, prefix, dayMs, read, venues } = one;
  const { timeframe } = read;
  const symbol = read.symbol === '*' ? '*' : `${prefix}${read.symbol}`;
  const range = { fromMs: dayMs, toMs: dayMs + DAY_MS, ...(venues && { venues }) };
  const buckets = await volume.buckets({ symbol, timeframe, ...range });
  expect(asExact(buckets)).toEqual(exactVolume(liquidations, symbol, timeframe, venues));
  for (const { longUsd, shortUsd } of buckets) {
    expect([parseDecimal(longUsd), parseDecimal(shortUsd)]).toEqual([longUsd, shortUsd]);
  }
  const starts = buckets.map(({ startMs }) => startMs);
  await expect(volume.touched(symbol, timeframe, starts, venues)).resolves.toEqual(buckets);
}

/** Every column of every row of the rollups against the rows of `liquidation` themselves, summed here. */
async function checkRows(symbols: readonly string[]): Promise<void> {
  const { rows: events } = await postgres.database.reader.query<EventRow>(
    `SELECT seq::float8 AS seq, symbol, venue, liquidated_side AS side, quantity::text, notional_usd::text AS usd,
            (extract(epoch FROM venue_time) * 1000)::float8 AS ms
       FROM liquidation WHERE symbol = ANY ($1)`,
    [symbols],
  );
  for (const [table, lengthMs] of [
    ['1m', 60_000],
    ['1h', 3_600_000],
    ['1d', DAY_MS],
  ] as const) {
    const expected = new Map<string, RollupSums>();
    for (const { seq, symbol, venue, side, quantity, usd, ms } of events) {
      const key = `${symbol} ${venue} ${Math.floor(ms / lengthMs) * lengthMs}`;
      const sums = expected.get(key) ?? { usd: [0n, 0n], base: [0n, 0n], count: 0, first: seq, last: seq };
      const at = side === 'LONG' ? 0 : 1;
      sums.usd[at] += units(usd);
      sums.base[at] += units(quantity);
      sums.count += 1;
      sums.first = Math.min(sums.first, seq);
      sums.last = Math.max(sums.last, seq);
      expected.set(key, sums);
    }
    const { rows } = await postgres.database.reader.query<RollupRow>(
      `SELECT symbol || ' ' || venue || ' ' || (extract(epoch FROM bucket) * 1000)::bigint AS key, count,
              ARRAY[long_usd, short_usd]::text[] AS usd, ARRAY[long_base, short_base]::text[] AS base,
              first_seq::float8 AS first, last_seq::float8 AS last
         FROM liquidation_volume_${table} WHERE symbol = ANY ($1)`,
      [symbols],
    );
    const found = rows.map(({ key, usd, base, count, first, last }): [string, RollupSums] => {
      const pair = ([long, short]: readonly [string, string]): [bigint, bigint] => [
        units(long),
        units(short),
      ];
      return [key, { usd: pair(usd), base: pair(base), count, first, last }];
    });
    expect(new Map(found)).toEqual(expected);
  }
}

interface RollupSums {
  readonly usd: [bigint, bigint];
  readonly base: [bigint, bigint];
  count: number;
  first: number;
  last: number;
}

interface RollupRow {
  readonly key: string;
  readonly usd: readonly [string, string];
  readonly base: readonly [string, string];
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

interface EventRow {
  readonly seq: number;
  readonly symbol: string;
  readonly venue: string;
  readonly side: 'LONG' | 'SHORT';
  readonly quantity: string;
  readonly usd: string;
  readonly ms: number;
}

describe('volume', () => {
  test('is one exact aggregation of any events, however they arrive: 10,000 cases (S086, S090)', async () => {
    const store = new LiquidationRepository(postgres.database);
    const together = fc.array(delivered, { minLength: CASES_AT_ONCE, maxLength: CASES_AT_ONCE });
    await fc.assert(
      fc.asyncProperty(together, async (drawn) => {
        const cases = drawn.map(placed);
        for (const turn of [0, 1, 2]) {
          await store.record(
            cases.flatMap(({ batches }) => batches[turn] ?? []),
            NOW_MS,
          );
        }
        await Promise.all(cases.map(checkCase));
        await checkRows(cases.flatMap(({ prefix }) => SYMBOLS.map((letter) => `${prefix}${letter}`)));
      }),
      { numRuns: CASES / CASES_AT_ONCE, seed: 20_250_127, endOnFailure: true },
    );
  }, 300_000);

  test('converges under concurrent writers that come late and twice, while Postgres is killed (F18)', async () => {
    const symbols = ['LATEAUSDT', 'LATEBUSDT', 'LATECUSDT'];
    const drawn = fc.sample(event, { numRuns: 1_200, seed: 7 });
    const events = drawn.map(({ isLong, timeOfDay: time, ...fields }, n) =>
      liquidationForTests(n, {
        ...fields,
        eventKey: `late:${n}`,
        symbol: symbols[n % symbols.length] ?? '',
        liquidatedSide: isLong ? 'LONG' : 'SHORT',
        side: isLong ? 'SELL' : 'BUY',
        // All in one hour, so that writers meet at the same rows.
        venueTimeMs: Date.UTC(2099, 5, 1) + (time % 3_600_000),
      }),
    );
    let failures = 0;
    let writing = true;
    const write = async (seed: number) => {
      const own = new LiquidationRepository(postgres.database);
      const order = fc.sample(fc.shuffledSubarray([...events], { minLength: events.length }), {
        numRuns: 1,
        seed,
      });
      const late = order.flat();
      for (let at = 0; at < late.length; at += 23) {
        // As the recorder does: the same batch again until it is answered for.
        await waitFor(
          () =>
            own.record(late.slice(at, at + 23), NOW_MS).then(
              () => true,
              () => void (failures += 1),
            ),
          { withinMs: 30_000, describe: 'the batch to be recorded' },
        );
      }
    };
    const writers = Promise.all([1, 2, 3, 4].map(write)).finally(() => (writing = false));
    const kills = (async () => {
      for (const share of [0.2, 0.6]) {
        await waitFor(async () => (await recorded('late:%')) >= events.length * share || !writing, {
          withinMs: 60_000,
          describe: 'the writers to go on',
        });
        postgres.kill();
      }
    })();
    await Promise.all([writers, kills]);
    expect(failures).toBeGreaterThan(0);
    await waitFor(async () => (await recorded('late:%')) === events.length, {
      withinMs: 30_000,
      describe: 'everything to be recorded',
    });
    for (const symbol of [...symbols, '*']) {
      for (const timeframe of ['1m', '7m', '1h', '1d'].map(parseTimeframe)) {
        const range = { fromMs: Date.UTC(2099, 5, 1), toMs: Date.UTC(2099, 5, 2) };
        const buckets = await volume.buckets({ symbol, timeframe, ...range });
        expect(asExact(buckets)).toEqual(exactVolume(events, symbol, timeframe));
      }
    }
    await checkRows(symbols);
  }, 120_000);

  test('is in every snapshot the sum of the events in it, while writers write', async () => {
    const progress = { writing: true };
    const writers = Promise.all(
      [0, 1, 2].map(async (writer) => {
        const own = new LiquidationRepository(postgres.database);
        for (let n = 0; n < 40; n += 1) {
          const batch = Array.from({ length: 7 }, (_, at) => watched(writer * 150 + n * 5 + at));
          await own.record(batch, NOW_MS);
        }
      }),
    ).finally(() => (progress.writing = false));
    let looks = 0;
    while (progress.writing) {
      const { rows } = await postgres.database.reader.query(
        `SELECT symbol, venue, sum(count)::int AS count, sum(long_usd)::text AS usd FROM liquidation_volume_1m
          WHERE symbol = 'WATCHEDUSDT' GROUP BY 1, 2
         EXCEPT
         SELECT symbol, venue, count(*)::int, sum(notional_usd)::text FROM liquidation
          WHERE symbol = 'WATCHEDUSDT' GROUP BY 1, 2`,
      );
      expect(rows).toEqual([]);
      looks += 1;
    }
    await writers;
    expect(looks).toBeGreaterThan(3);
  });
});

function watched(n: number): Liquidation {
  return liquidationForTests(n, { eventKey: `watched:${n}`, symbol: 'WATCHEDUSDT' });
}

/** How many events of a kind are in; 0 while the server is away. */
async function recorded(keys: string): Promise<number> {
  return postgres.database.reader
    .query<{ n: number }>('SELECT count(*)::int AS n FROM liquidation WHERE event_key LIKE $1', [keys])
    .then(
      ({ rows }) => rows[0]?.n ?? 0,
      () => 0,
    );
}

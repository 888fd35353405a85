import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  machineScheduler,
  ReplayPlayer,
  startSimulation,
  type LedgerEvent,
  type ReplayProgress,
  type Simulation,
} from '@orderfox/simulator';
import {
  freePort,
  layEmptyDatabase,
  readRecordedText,
  recordedDataFolder,
  recordedDataNote,
  waitFor,
} from '@orderfox/testing';
import { RunningBackend } from '@orderfox/testing/running-backend';
import { product, sum, units } from './support/exact-sum.js';
import { expectedVolume, recordedOrders, type ExpectedBucket } from './support/expected-volume.js';
import { allLiquidations, query } from './support/graphql.js';
import { Subscriber } from './support/subscriber.js';

const RECORDING = 'binance/liquidations/forceorder-2025-01-26_27.csv';
const ROWS = 2_338;
const DISTINCT = 1_238;
/** Looks in a row that find nothing new, before it counts as the end. */
const QUIET_LOOKS = 20;
/** Times of the backend and of the venue come from one clock here; a gap may only be this much too narrow. */
const CLOCK_SLACK_MS = 50;

interface Expected {
  readonly count: number;
  readonly LONG: bigint;
  readonly SHORT: bigint;
}

/** The recording added up straight from its file: columns symbol, side, .., ap (6), .., z (9), T (10). */
function expected(): Expected {
  const distinct = new Map<string, string[]>();
  for (const line of readRecordedText(RECORDING).trim().split('\n')) {
    const row = line.split(',');
    distinct.set([0, 1, 9, 6, 10].map((column) => row[column]).join('|'), row);
  }
  const side = (orderSide: string) =>
    [...distinct.values()]
      .filter((row) => row[1] === orderSide)
      .reduce((total, row) => total + product(row[9] ?? '', row[6] ?? ''), 0n);
  return { count: distinct.size, LONG: side('SELL'), SHORT: side('BUY') };
}

function totals(
  rows: readonly { readonly liquidatedSide: string; readonly notionalUsd: string }[],
): Expected {
  const side = (wanted: string) =>
    sum(rows.filter(({ liquidatedSide }) => liquidatedSide === wanted).map(({ notionalUsd }) => notionalUsd));
  return { count: rows.length, LONG: side('LONG'), SHORT: side('SHORT') };
}

const LENGTHS_MS = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 } as const;
const SPAN = { from: Date.parse('2025-01-26T00:00:00Z'), to: Date.parse('2025-01-28T00:00:00Z') };
const VOLUME = `query ($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp!, $to: Timestamp!) {
  liquidationVolume(symbol: $symbol, timeframe: $timeframe, from: $from, to: $to) { timestamp buyVolume sellVolume count }
}`;

/** What the API says of one market, or of all for `*`. */
async function volumeOf(url: string, symbol: string, timeframe: string): Promise<readonly ExpectedBucket[]> {
  const { liquidationVolume } = await query<{
    liquidationVolume: { timestamp: number; buyVolume: string; sellVolume: string; count: number }[];
  }>(url, VOLUME, { symbol, timeframe, ...SPAN });
  return liquidationVolume.map(({ timestamp, buyVolume, sellVolume, count }) => ({
    timestamp,
    buy: units(buyVolume),
    sell: units(sellVolume),
    count,
  }));
}

const describeRecording = recordedDataFolder === undefined ? describe.skip : describe;

describeRecording(`the recording of 2025-01-26/27 through the whole system${recordedDataNote}`, () => {
  let folder: string;
  let simulation: Simulation;
  let player: ReplayPlayer;
  let replayed: Promise<ReplayProgress>;
  let backend: RunningBackend;
  let subscribers: Subscriber[];
  let settings: Record<string, string>;

  async function begin(replay: { readonly speed: number; readonly playToNobody?: boolean }): Promise<void> {
    simulation = await startSimulation({ market: false });
    player = new ReplayPlayer(simulation.venues, machineScheduler, {
      files: [`${recordedDataFolder ?? ''}${RECORDING}`],
      ...replay,
    });
    await player.prepare();
    settings = {
      ...simulation.environment,
      BACKEND_PORT: String(await freePort()),
      DATA_DIR: join(folder, 'data'),
      VENUES: 'binance',
      SIMULATED: 'true',
      // Every bucket of every market is asked for.
      MAX_COST_PER_MINUTE: '10000000',
      REQUESTS_PER_MINUTE: '100000',
    };
    layEmptyDatabase(join(folder, 'data'));
    backend = await RunningBackend.start(settings);
    subscribers = await Promise.all([Subscriber.start(backend.url), Subscriber.start(backend.url)]);
    replayed = player.play();
  }

  /** The feed is healthy. */
  function receiving(): Promise<unknown> {
    return waitFor(
      async () => {
        const { venues } = await query<{ venues: { status: string }[] }>(
          backend.url,
          '{ venues { status } }',
        );
        return venues.every(({ status }) => status === 'LIVE' || status === 'QUIET');
      },
      { withinMs: 30_000, describe: 'the feed to be healthy' },
    );
  }

  async function allGaps() {
    const { feedGaps } = await query<{
      feedGaps: { from: number; to: number | null; stream: string; cause: string }[];
    }>(backend.url, '{ feedGaps(first: 100) { from to stream cause detail } }');
    return feedGaps;
  }

  /** Gaps in what was recorded, without the time before. */
  async function gapsTold() {
    return (await allGaps()).filter(({ cause }) => cause !== 'NOT_RECORDED');
  }

  /** All that was stored, once nothing more comes: every subscriber has as many as the store. */
  async function settled(): Promise<Awaited<ReturnType<typeof allLiquidations>>> {
    await replayed;
    await simulation.confirm();
    let before = -1;
    let quietLooks = 0;
    return waitFor(
      async () => {
        const stored = await allLiquidations(backend.url);
        const quiet =
          stored.length === before && subscribers.every(({ received }) => received.length === stored.length);
        before = stored.length;
        quietLooks = quiet ? quietLooks + 1 : 0;
        // One quiet look may only mean that the backend did not get its turn in between.
        return quietLooks >= QUIET_LOOKS ? stored : undefined;
      },
      {
        withinMs: 60_000,
        describe: () =>
          `the subscribers to have all that is stored (${before}; ${subscribers.map((one) => `${one.received.length} ${one.failure?.message ?? ''}`).join(', ')})`,
      },
    );
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderfox-e2e-'));
    subscribers = [];
  });

  afterEach(async () => {
    await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
    player.stop();
    await backend.stop();
    await simulation.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('at full speed: exactly 1,238 rows stored and delivered twice over, sums exact, none lost or doubled', async () => {
    await begin({ speed: Number.POSITIVE_INFINITY });
    const stored = await settled();

    expect(player.progress).toMatchObject({ frames: ROWS, distinctEvents: DISTINCT, unheard: 0 });
    const truth = expected();
    expect(truth.count).toBe(DISTINCT);
    expect(totals(stored)).toEqual(truth);
    for (const { received, failure } of subscribers) {
      expect(failure).toBeUndefined();
      expect(totals(received)).toEqual(truth);
      expect(new Set(received.map(({ cursor }) => cursor)).size).toBe(DISTINCT);
      // In the order of the record, which the store gives newest first.
      expect(received.map(({ id }) => id)).toEqual(stored.map(({ id }) => id).reverse());
    }
  }, 120_000);

  test('every bucket of 1m, 5m, 1h and 1d, of each market and of all, is what the file adds up to (S086, S090)', async () => {
    await begin({ speed: Number.POSITIVE_INFINITY });
    const stored = await settled();
    const names = new Map(stored.map(({ venueSymbol, symbol }) => [venueSymbol, symbol]));
    const orders = recordedOrders(readRecordedText(RECORDING));
    // The recording leaves `USDT` out of its names.
    const marketOf = (name: string) =>
      names.get(name) ?? names.get(`${name}USDT`) ?? names.get(name.replace('_', 'USDT_'));
    const markets = Map.groupBy(orders, ({ venueSymbol }) => marketOf(venueSymbol));
    expect(markets.size).toBeGreaterThan(100);
    expect(markets.has(undefined)).toBe(false);
    let buckets = 0;
    for (const [timeframe, lengthMs] of Object.entries(LENGTHS_MS)) {
      for (const [symbol, own] of [['*', orders] as const, ...markets]) {
        const expected = expectedVolume(own, lengthMs);
        await expect(volumeOf(backend.url, symbol ?? '', timeframe)).resolves.toEqual(expected);
        buckets += expected.length;
      }
    }
    expect(buckets).toBeGreaterThan(1_000);
  }, 180_000);

  test('through drops, duplicates, disorder and two kills: each event once, and what is missing lies in a gap', async () => {
    await begin({ speed: 90, playToNobody: true });
    simulation.faults('binance').set({ copies: 2, reorderWindow: 6 });
    const reached = (share: number) =>
      waitFor(() => player.progress.frames >= ROWS * share, {
        withinMs: 60_000,
        describe: 'the replay to go on',
      });

    // A gap in which the program is killed would go on as one; each of the four is to be told apart here.
    const recovered = async (gapCount: number) => {
      await receiving();
      const isOver = async () => {
        const gaps = await gapsTold();
        return gaps.length >= gapCount && gaps.every(({ to }) => to !== null);
      };
      await waitFor(isOver, { describe: `the end of gap ${gapCount}` });
    };

    await reached(0.2);
    simulation.faults('binance').drop('ABRUPT');
    await recovered(1);
    await reached(0.35);
    await backend.kill();
    backend = await RunningBackend.start(settings);
    await recovered(2);
    await reached(0.55);
    simulation.faults('binance').drop('CLEAN');
    await recovered(3);
    await reached(0.7);
    await backend.kill();
    backend = await RunningBackend.start(settings);
    await recovered(4);
    const stored = await settled();

    for (const { received, failure } of subscribers) {
      expect(failure).toBeUndefined();
      expect(received.map(({ id }) => id)).toEqual(stored.map(({ id }) => id).reverse());
    }
    expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);

    const gaps = await gapsTold();
    expect((await allGaps()).length - gaps.length).toBe(1);
    const inGap = ({ emittedMs }: LedgerEvent) =>
      gaps.some(
        ({ from, to }) =>
          emittedMs >= from - CLOCK_SLACK_MS && emittedMs <= (to ?? Infinity) + CLOCK_SLACK_MS,
      );
    const have = new Set(stored.map((row) => [row.venueSymbol, row.timestamp, row.liquidatedSide].join('|')));
    const missing = Map.groupBy(simulation.ledger.events('binance'), (event) => event.identity);
    for (const [identity, emissions] of missing) {
      const [first] = emissions;
      if (first && have.has([first.venueSymbol, first.venueTimeMs, first.liquidatedSide].join('|')))
        missing.delete(identity);
    }
    // Only what was written while nobody could read it may be missing, and every such moment is a recorded gap.
    expect([...missing.values()].filter((emissions) => !emissions.every(inGap))).toEqual([]);
    expect(stored.length + missing.size).toBe(DISTINCT);
    expect(gaps.length).toBeGreaterThanOrEqual(4);
  }, 180_000);
});

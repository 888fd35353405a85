import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FeedGap, type Liquidation, type Refusal } from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { FakeClock } from '@orderfox/testing';
import { type HistoryPage } from '@orderfox/venues';
import { type Log } from '../../core/log.js';
import { MarketBus } from '../../core/market-bus.js';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { SymbolInterest, type TimeRange } from '../symbols/symbol-interest.js';
import { HistoryLoader } from './history-loader.js';

/** A request that the test answers. */
interface Asked {
  readonly symbol: string;
  /** Absent for the newest rows. */
  readonly range: TimeRange | undefined;
  answer(page: Partial<HistoryPage>): Promise<void>;
  fail(error: unknown): Promise<void>;
}

describe('HistoryLoader', () => {
  let clock: FakeClock;
  let asked: Asked[];
  let offered: Liquidation[];
  let kept: Refusal[];
  let warnings: unknown[];
  let interest: SymbolInterest;
  let bus: MarketBus;
  let loader: HistoryLoader;

  beforeEach(() => {
    clock = new FakeClock();
    [asked, offered, kept, warnings] = [[], [], [], []];
    interest = new SymbolInterest();
    bus = new MarketBus((error) => {
      throw error;
    });
    const ask = (symbol: string, range?: TimeRange): Promise<HistoryPage> => {
      const { promise, resolve, reject } = Promise.withResolvers<HistoryPage>();
      // An answer is dealt with once the turn is over.
      const turn = () => new Promise<void>((done) => setImmediate(done));
      asked.push({
        symbol,
        range,
        answer: (page) => (resolve({ events: [], refusals: [], rows: 0, ...page }), turn()),
        fail: (error) => (reject(error), turn()),
      });
      return promise;
    };
    const log: Log = {
      debug: () => undefined,
      info: () => undefined,
      warn: ({ failure }) => void warnings.push(failure),
      error: () => undefined,
    };
    loader = new HistoryLoader({
      venue: 'binance',
      bus,
      client: { contractOf: (symbol) => symbol, latest: (symbol) => ask(symbol), range: ask },
      interest,
      recorder: {
        offer: (events) => void offered.push(...events),
        status: () => ({ state: 'RECORDING', waiting: 0 }),
      },
      quarantine: { keep: (refusals) => void kept.push(...refusals) },
      clock,
      log,
    });
    loader.start();
  });
  afterEach(() => loader.stop());

  const symbols = () => asked.map(({ symbol }) => symbol);
  const network = () => new VenueError('NETWORK', 'no answer');

  test('asks for two markets at a time, with a pause after each (I6)', async () => {
    for (const symbol of ['A', 'B', 'C', 'D']) interest.asked(symbol);
    expect(symbols()).toEqual(['A', 'B']);
    await asked[0]!.answer({});
    clock.advance(199);
    expect(symbols()).toEqual(['A', 'B']);
    clock.advance(1);
    expect(symbols()).toEqual(['A', 'B', 'C']);
    expect(loader.status()).toMatchObject({ loaded: 1, waiting: 3, requests: 3 });
  });

  test('takes markets by turns: one with much history does not keep the others waiting', async () => {
    const { sinceMs } = { sinceMs: clock.nowMs() };
    interest.asked('A', { fromMs: sinceMs - 3_600_000, toMs: sinceMs });
    interest.asked('B');
    interest.asked('C');
    await asked[0]!.answer({});
    clock.advance(200);
    await asked[1]!.answer({});
    clock.advance(200);
    expect(symbols()).toEqual(['A', 'B', 'C', 'A']);
  });

  test('keeps a few of the refused rows of an answer and counts all', async () => {
    interest.asked('A');
    const refusal: Refusal = {
      type: 'refusal',
      venue: 'binance',
      reason: 'MALFORMED',
      detail: 'row',
      receivedTimeMs: clock.nowMs(),
      raw: '{}',
    };
    await asked[0]!.answer({ refusals: Array<Refusal>(300).fill(refusal), rows: 300 });
    expect(kept).toHaveLength(20);
    expect(loader.status()).toMatchObject({ refused: 300, rows: 300 });
  });

  test('rests after a failure, longer after each, up to a quarter of an hour, and begins anew after a success', async () => {
    interest.watchedThrough(() => ['A']);
    interest.asked('A');
    const rests: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await asked.at(-1)!.fail(network());
      const beganMs = clock.monotonicMs();
      const count = asked.length;
      for (let second = 0; second < 1_000 && asked.length === count; second += 1) clock.advance(1_000);
      rests.push((clock.monotonicMs() - beganMs) / 1_000);
    }
    expect(rests).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
    expect(warnings).toEqual(['NETWORK']);
    await asked.at(-1)!.answer({});
    clock.advance(200);
    interest.asked('B');
    await asked.at(-1)!.fail(network());
    clock.advance(29_999);
    const count = asked.length;
    clock.advance(1);
    expect(asked).toHaveLength(count + 1);
  });

  test('rests until the time that the service names, for all markets', async () => {
    interest.watchedThrough(() => ['A', 'B', 'C']);
    interest.asked('A');
    await asked[0]!.fail(new VenueError('RATE_LIMITED', 'slow down', clock.nowMs() + 120_000));
    interest.asked('B');
    clock.advance(119_999);
    expect(symbols()).toEqual(['A']);
    clock.advance(1);
    expect(symbols().slice(1).sort()).toEqual(['A', 'B']);
  });

  const HOUR = 3_600_000;
  const gap = (given: Partial<FeedGap>): void =>
    bus.publish({
      type: 'feed-gap-changed',
      gap: {
        type: 'feed-gap',
        venue: 'binance',
        stream: 'liquidations',
        fromMs: clock.nowMs() - HOUR,
        cause: 'DISCONNECTED',
        detail: 'closed',
        ...given,
      },
    });

  test('fetches what a gap of the feed has left out of the markets that are watched, once it is over', async () => {
    interest.watchedThrough(() => ['A', 'B']);
    interest.asked('A');
    await asked[0]!.answer({ rows: 50 });
    clock.advance(8 * HOUR);
    const [fromMs, toMs] = [clock.nowMs() - HOUR, clock.nowMs()];
    gap({ fromMs });
    gap({ fromMs, toMs, venue: 'okx' });
    expect(asked).toHaveLength(1);
    gap({ fromMs, toMs });
    // B became known to the catalogue after it was asked for, and nobody has asked again.
    expect(asked.slice(1)).toMatchObject([{ symbol: 'A', range: { fromMs, toMs } }, { symbol: 'B' }]);
    await asked[1]!.answer({ events: [liquidationForTests(1)], rows: 1 });
    expect(offered).toHaveLength(1);
    await asked[2]!.answer({});
    clock.advance(200);
    expect(asked[3]).toMatchObject({ symbol: 'B', range: { fromMs, toMs } });
    await asked[3]!.answer({});
    clock.advance(HOUR);
    expect(asked).toHaveLength(4);
  });

  const unknown = () => new VenueError('REFUSED', 'refuses the request (HTTP 404)', undefined, 404);

  test('asks again for a market that the service does not know, ever more rarely, at last hourly', async () => {
    interest.watchedThrough(() => ['A']);
    interest.asked('A', { fromMs: clock.nowMs() - HOUR, toMs: clock.nowMs() });
    const pauses: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await asked.at(-1)!.fail(unknown());
      expect(loader.status()).toMatchObject({ loaded: 0, waiting: 0, unknown: 1 });
      const beganMs = clock.monotonicMs();
      const count = asked.length;
      for (let step = 0; step < 1_000 && asked.length === count; step += 1) clock.advance(5_000);
      pauses.push((clock.monotonicMs() - beganMs) / 60_000);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    await asked.at(-1)!.answer({ rows: 50 });
    clock.advance(200);
    expect(asked.at(-1)?.range).toBeDefined();
    expect(loader.status()).toMatchObject({ state: 'OK', loaded: 1, waiting: 1, unknown: 0 });
  });

  test('a market that is unknown to a service which answers for others is no failure of the service', async () => {
    interest.asked('A');
    await asked[0]!.fail(unknown());
    expect(loader.status()).toMatchObject({ state: 'FAILING', unknown: 1 });
    clock.advance(200);
    interest.asked('B');
    await asked[1]!.answer({ rows: 50 });
    clock.advance(200);
    interest.asked('C');
    await asked[2]!.fail(unknown());
    expect(loader.status()).toMatchObject({ state: 'OK', loaded: 1, unknown: 2 });
  });

  test.each([301, 302, 400, 401, 403])(
    'an answer of HTTP %d is no word about the market: it is asked again after the rest',
    async (status) => {
      interest.watchedThrough(() => ['A']);
      interest.asked('A');
      await asked[0]!.fail(new VenueError('REFUSED', 'refuses the request', undefined, status));
      expect(loader.status()).toMatchObject({ state: 'FAILING', loaded: 0, waiting: 1, unknown: 0 });
      clock.advance(30_000);
      expect(symbols()).toEqual(['A', 'A']);
      await asked[1]!.answer({ rows: 50 });
      expect(loader.status()).toMatchObject({ state: 'OK', loaded: 1 });
    },
  );

  test('a fault of our own is a failure like others', async () => {
    interest.asked('A');
    await asked[0]!.fail(new TypeError('undefined is no function'));
    expect([...loader.status().failures]).toEqual([['FAULT', 1]]);
    expect(warnings).toEqual(['FAULT']);
  });

  test('forgets a market that nobody watches half a minute after it was last asked for, and takes its answer all the same', async () => {
    interest.asked('A');
    clock.advance(40_000);
    expect(loader.status()).toMatchObject({ loaded: 0, waiting: 0 });
    await asked[0]!.answer({ events: [liquidationForTests(1)], rows: 1 });
    expect(offered).toHaveLength(1);
    clock.advance(200);
    interest.asked('A');
    expect(symbols()).toEqual(['A', 'A']);
  });

  test('does not forget the markets that are shown first before they are there', async () => {
    loader.want('A', undefined, true);
    await asked[0]!.fail(network());
    clock.advance(600_000);
    expect(asked.length).toBeGreaterThan(1);
    await asked.at(-1)!.answer({});
    expect(loader.status().loaded).toBe(1);
    clock.advance(40_000);
    expect(loader.status().loaded).toBe(0);
  });

  test('takes nothing and asks nothing once it is stopped', async () => {
    interest.asked('A');
    loader.stop();
    await asked[0]!.answer({ events: [liquidationForTests(1)], rows: 1 });
    expect(offered).toEqual([]);
    expect(loader.want('B')).toBe(false);
    expect(clock.pendingDelaysMs()).toEqual([]);
    expect(bus.listenerCount()).toBe(0);
    expect(symbols()).toEqual(['A']);
  });
});

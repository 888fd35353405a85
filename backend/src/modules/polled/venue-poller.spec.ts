import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Instrument } from '@orderfox/domain';
import { FakeClock, VenueError } from '@orderfox/feed';
import { endOfTurn } from '../../core/turns.js';
import { instrument } from '../symbols/symbols-for-tests.js';
import { type Reading, type ReadingSource, type Series, type SeriesPoint } from './reading.js';
import { VenuePoller } from './venue-poller.js';

const MINUTE_MS = 60_000;
const quiet = () => undefined;
const SERIES: Series<Reading, SeriesPoint> = {
  name: 'open interest',
  reachMs: 0,
  holeMs: 0,
  pointOf: ({ instrument: { venue, symbol, venueSymbol }, timestampMs }, receivedTimeMs) =>
    timestampMs < 0
      ? { problem: 'it is of no time' }
      : { venue, symbol, venueSymbol, timestampMs, receivedTimeMs },
};

describe('polling a venue', () => {
  let clock: FakeClock;
  /** Every question: when it was asked, in ms since the beginning, and about what. */
  let asked: { readonly atMs: number; readonly names: readonly string[] }[];
  let kept: SeriesPoint[];
  let answer: (instruments: readonly Instrument[]) => Promise<readonly Reading[]>;

  const contract = (name: string) => instrument({ venue: 'toy', venueSymbol: name, baseAsset: name });
  const readings = (instruments: readonly Instrument[]): readonly Reading[] =>
    instruments.map((each) => ({ instrument: each, timestampMs: clock.nowMs() }));
  const poller = (servesAll: boolean) => {
    const source: ReadingSource<Reading> = {
      servesAll,
      current: (_http, _roots, instruments) => {
        asked.push({
          atMs: clock.monotonicMs(),
          names: instruments.map(({ venueSymbol }) => venueSymbol),
        });
        return answer(instruments);
      },
      history: { list: () => Promise.resolve([]) },
    };
    return new VenuePoller({
      series: SERIES,
      venue: { id: 'toy', name: 'Toy', roots: { ws: '', rest: '' }, source },
      instrumentNow: (each) => each,
      http: () => Promise.reject(new Error('nobody asks')),
      clock,
      random: () => 0.5,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      keep: (points) => {
        kept.push(...points);
        return Promise.resolve();
      },
    });
  };
  /** Lets time pass, and answers arrive on the way. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      clock.advance(Math.min(250, left));
      await endOfTurn();
    }
  };
  const timesOf = (name: string) => asked.filter(({ names }) => names.includes(name)).map(({ atMs }) => atMs);

  beforeEach(() => {
    clock = new FakeClock();
    asked = [];
    kept = [];
    answer = (instruments) => Promise.resolve(readings(instruments));
  });

  test('S152: asks for every contract within a second, and from then on once a minute', async () => {
    const polls = poller(false);
    for (const name of ['A', 'B', 'C']) polls.follow(contract(name));
    await pass(10 * MINUTE_MS);
    for (const name of ['A', 'B', 'C']) {
      const [first = NaN, , ...rest] = timesOf(name);
      expect(first).toBeLessThanOrEqual(1_000);
      expect(rest.length).toBeGreaterThanOrEqual(8);
      const pauses = rest.slice(1).map((atMs, index) => atMs - rest[index]!);
      expect(pauses.every((ms) => ms === MINUTE_MS)).toBe(true);
    }
    expect(kept.length).toBe(asked.length);
  });

  test('spreads contracts over the minute, however many', async () => {
    const polls = poller(false);
    const names = Array.from({ length: 12 }, (_, index) => `C${index}`);
    for (const name of names) polls.follow(contract(name));
    await pass(3 * MINUTE_MS);
    const moments = names.map((name) => timesOf(name).at(-1)! % MINUTE_MS).sort((a, b) => a - b);
    const gaps = moments.map((ms, index) => (moments[index + 1] ?? moments[0]! + MINUTE_MS) - ms);
    expect(Math.min(...gaps)).toBeGreaterThan(1_500);
    expect(Math.max(...gaps)).toBeLessThan(10_000);
  });

  test('asks for all with one request where the venue answers for all, newcomers soon', async () => {
    const polls = poller(true);
    polls.follow(contract('A'));
    polls.follow(contract('B'));
    await pass(MINUTE_MS * 3);
    expect(asked.every(({ names }) => names.join() === 'A,B')).toBe(true);
    const before = asked.length;
    expect(before).toBeLessThanOrEqual(4);
    const c = polls.follow(contract('C'));
    await pass(1_000);
    expect(asked.slice(before).map(({ names }) => names.join())).toEqual(['A,B,C']);
    expect(c.state.state).toBe('LIVE');
  });

  test('tries again ever more seldom, at least once a minute, and goes on as before afterwards', async () => {
    const polls = poller(false);
    const followed = polls.follow(contract('A'));
    answer = () => Promise.reject(new VenueError('NETWORK', 'toy does not answer'));
    await pass(5 * MINUTE_MS);
    const times = timesOf('A');
    const pauses = times.slice(1).map((atMs, index) => atMs - times[index]!);
    expect(pauses.slice(0, 6).map((ms) => Math.round(ms / 1_000))).toEqual([1, 1, 2, 4, 8, 16]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(MINUTE_MS);
    expect(followed.state).toMatchObject({ state: 'RESYNCING', reason: 'toy does not answer' });
    answer = (instruments) => Promise.resolve(readings(instruments));
    await pass(MINUTE_MS);
    expect(followed.state.state).toBe('LIVE');
    expect(polls.counts.failed).toBe(times.length);
  });

  test('F29: asks nothing at all while the venue wants that, for no contract, and says until when', async () => {
    const polls = poller(false);
    const [a, b] = ['A', 'B'].map((name) => polls.follow(contract(name)));
    await pass(2 * MINUTE_MS);
    const untilMs = clock.nowMs() + 7 * MINUTE_MS;
    answer = () => Promise.reject(new VenueError('BANNED', 'toy banned this address', untilMs));
    await pass(MINUTE_MS);
    const before = asked.length;
    // The second to be asked heard of it without asking.
    expect(asked.filter(({ atMs }) => atMs > 2 * MINUTE_MS)).toHaveLength(1);
    answer = (instruments) => Promise.resolve(readings(instruments));
    await pass(untilMs - clock.nowMs() - 250);
    expect(asked.length).toBe(before);
    for (const each of [a, b]) expect(each?.state).toMatchObject({ state: 'BANNED', untilMs });
    await pass(2_000);
    for (const each of [a, b]) expect(each?.state.state).toBe('LIVE');
  });

  test('a contract without a value among others says so; the others have theirs', async () => {
    const polls = poller(true);
    const [a, b] = ['A', 'B'].map((name) => polls.follow(contract(name)));
    answer = (instruments) =>
      Promise.resolve(
        readings(instruments).map((each, index) => (index === 0 ? each : { ...each, timestampMs: -1 })),
      );
    await pass(1_000);
    expect(a?.state.state).toBe('LIVE');
    expect(b?.state).toMatchObject({ state: 'ERROR', reason: 'Toy B: it is of no time' });
    expect(polls.counts.refused).toBe(1);
    answer = (instruments) => Promise.resolve(readings(instruments.slice(0, 1)));
    await pass(MINUTE_MS);
    expect(b?.state.reason).toBe('Toy gave no open interest of B');
  });

  test('never asks for the same twice at a time, however slow the venue', async () => {
    const polls = poller(false);
    polls.follow(contract('A'));
    answer = () => new Promise(() => undefined);
    await pass(5 * MINUTE_MS);
    expect(asked).toHaveLength(1);
  });

  test('asks no more for what was released, nor after the end, and leaves no timer', async () => {
    const polls = poller(false);
    polls.follow(contract('A'));
    polls.follow(contract('B'));
    await pass(MINUTE_MS);
    polls.release(contract('A'));
    const before = timesOf('A').length;
    await pass(2 * MINUTE_MS);
    expect(timesOf('A')).toHaveLength(before);
    polls.stop();
    expect(clock.pendingDelaysMs()).toEqual([]);
    await pass(2 * MINUTE_MS);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('an answer that was on its way at the end is not taken', async () => {
    const polls = poller(false);
    const { promise, resolve } = Promise.withResolvers<readonly Reading[]>();
    answer = () => promise;
    polls.follow(contract('A'));
    await pass(1_000);
    polls.stop();
    resolve(readings([contract('A')]));
    await endOfTurn();
    expect(kept).toEqual([]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});

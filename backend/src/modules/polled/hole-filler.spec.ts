import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock, VenueError } from '@orderfox/feed';
import { endOfTurn } from '../../core/turns.js';
import { instrument } from '../symbols/symbols-for-tests.js';
import { HoleFiller } from './hole-filler.js';
import { type PastRequest, type Reading, type Series, type SeriesPoint, type Stretch } from './reading.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const quiet = () => undefined;
const A = instrument({ venue: 'toy', venueSymbol: 'A' });
const SERIES: Series<Reading, SeriesPoint> = {
  name: 'open interest',
  reachMs: DAY_MS,
  holeMs: 10 * MINUTE_MS,
  pointOf: ({ instrument: { venue, symbol, venueSymbol }, timestampMs }, receivedTimeMs) => ({
    venue,
    symbol,
    venueSymbol,
    timestampMs,
    receivedTimeMs,
  }),
};

describe('filling the holes of a series', () => {
  let clock: FakeClock;
  let stored: number[];
  let asked: Stretch[];
  let answer: (request: PastRequest) => Promise<readonly Reading[]>;
  let filler: HoleFiller<Reading, SeriesPoint>;

  /** What a venue has: a reading every five minutes. */
  const grid = ({ instrument: each, fromMs, toMs }: PastRequest): readonly Reading[] => {
    const readings: Reading[] = [];
    const step = 5 * MINUTE_MS;
    for (let ms = Math.ceil(fromMs / step) * step; ms < toMs; ms += step)
      readings.push({ instrument: each, timestampMs: ms });
    return readings;
  };
  const make = (maxHours?: number) =>
    new HoleFiller<Reading, SeriesPoint>({
      series: SERIES,
      venue: {
        id: 'toy',
        name: 'Toy',
        roots: { ws: '', rest: '' },
        source: {
          servesAll: false,
          current: () => Promise.resolve([]),
          history: {
            ...(maxHours !== undefined && { maxHours }),
            list: (_http, _roots, request) => {
              asked.push({ fromMs: request.fromMs, toMs: request.toMs });
              return answer(request);
            },
          },
        },
      },
      store: {
        covered: (_venue, name, fromMs) =>
          Promise.resolve(
            stored.filter((ms) => name === 'A' && ms >= fromMs).map((ms) => ({ fromMs: ms, toMs: ms })),
          ),
      },
      instrumentNow: (each) => each,
      http: () => Promise.reject(new Error('nobody asks')),
      clock,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      keep: (points) => {
        stored.push(...points.map(({ timestampMs }) => timestampMs));
        return Promise.resolve();
      },
      standing: () => undefined,
      onPast: quiet,
    });
  /** Has it look, lets the pauses pass. */
  const look = async () => {
    const looked = { isDone: false };
    void filler.want(A).then(() => (looked.isDone = true));
    for (let turn = 0; turn < 100 && !looked.isDone; turn += 1) {
      await endOfTurn();
      clock.advance(100);
    }
    expect(looked.isDone).toBe(true);
  };

  beforeEach(() => {
    clock = new FakeClock();
    stored = [];
    asked = [];
    answer = (request) => Promise.resolve(grid(request));
    filler = make();
  });

  test('fetches a day where nothing is stored, and nothing once it is there', async () => {
    const nowMs = clock.nowMs();
    await look();
    expect(asked).toEqual([{ fromMs: nowMs - DAY_MS, toMs: nowMs }]);
    expect(stored).toHaveLength(288);
    await look();
    expect(asked).toHaveLength(1);
  });

  test('asks for no more than what is missing, the newest first', async () => {
    const nowMs = clock.nowMs();
    const present = (ms: number) => ms < nowMs - 20 * HOUR_MS || ms >= nowMs - 19 * HOUR_MS;
    for (let ms = nowMs - DAY_MS; ms < nowMs - 2 * HOUR_MS; ms += MINUTE_MS) if (present(ms)) stored.push(ms);
    await look();
    expect(asked).toEqual([
      { fromMs: nowMs - 2 * HOUR_MS - MINUTE_MS, toMs: nowMs },
      { fromMs: nowMs - 20 * HOUR_MS - MINUTE_MS, toMs: nowMs - 19 * HOUR_MS },
    ]);
  });

  test('does not reach back further than the venue does', async () => {
    filler = make(3);
    const nowMs = clock.nowMs();
    await look();
    expect(asked).toEqual([{ fromMs: nowMs - 3 * HOUR_MS, toMs: nowMs }]);
  });

  test('asks only once in half an hour for what the venue does not have', async () => {
    answer = () => Promise.resolve([]);
    await look();
    await look();
    expect(asked).toHaveLength(1);
    clock.advance(31 * MINUTE_MS);
    await look();
    expect(asked).toHaveLength(2);
  });

  test('asks again at once for what may not have been published yet', async () => {
    for (let ms = clock.nowMs() - DAY_MS; ms < clock.nowMs() - 20 * MINUTE_MS; ms += MINUTE_MS)
      stored.push(ms);
    answer = () => Promise.resolve([]);
    const beganMs = clock.nowMs();
    await look();
    clock.advance(6 * MINUTE_MS);
    await look();
    expect(asked[1]?.fromMs).toBeLessThan(beganMs - 4 * MINUTE_MS);
  });

  test('asks again for what the venue did not answer', async () => {
    answer = () => Promise.reject(new VenueError('NETWORK', 'no answer'));
    await look();
    await look();
    expect(asked).toHaveLength(2);
    expect(filler.counts.failed).toBe(2);
    answer = (request) => Promise.resolve(grid(request));
    await look();
    expect(stored).toHaveLength(288);
  });

  test('F29: asks nothing while the venue wants that', async () => {
    const untilMs = clock.nowMs() + HOUR_MS;
    answer = () => Promise.reject(new VenueError('BANNED', 'banned', untilMs));
    await look();
    await look();
    expect(asked).toHaveLength(1);
    answer = (request) => Promise.resolve(grid(request));
    clock.advance(HOUR_MS);
    await look();
    expect(asked).toHaveLength(2);
  });

  test('asks for one contract after the other, with a pause', async () => {
    const times: number[] = [];
    answer = (request) => {
      times.push(clock.monotonicMs());
      return Promise.resolve(grid(request));
    };
    const others = ['B', 'C'].map((name) => instrument({ venue: 'toy', venueSymbol: name }));
    const all = [A, ...others].map((each) => filler.want(each));
    for (let turn = 0; turn < 60; turn += 1) {
      await endOfTurn();
      clock.advance(50);
    }
    await Promise.all(all);
    expect(times).toHaveLength(3);
    for (const [index, atMs] of times.slice(1).entries())
      expect(atMs - times[index]!).toBeGreaterThanOrEqual(500);
    expect(filler.counts.waiting).toBe(0);
  });

  test('lets go of those who wait at the end, and leaves no timer', async () => {
    const looked = filler.want(A);
    await endOfTurn();
    filler.stop();
    await looked;
    expect(clock.pendingDelaysMs()).toEqual([]);
    await filler.want(A);
    expect(asked).toHaveLength(1);
  });
});

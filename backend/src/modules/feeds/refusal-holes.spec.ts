import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Refusal, type RefusalReason } from '@orderfox/domain';
import { UNREADABLE_ROWS_LIMIT } from './feed-state.js';
import { JOIN_WITHIN_MS, RefusalHoles, ROW_AGE_MS } from './refusal-holes.js';

const T = 1_800_000_000_000;

let holes: RefusalHoles;
beforeEach(() => {
  holes = new RefusalHoles();
});

const row = (receivedTimeMs: number, reason: RefusalReason = 'MALFORMED'): Refusal => ({
  type: 'refusal',
  venue: 'okx',
  reason,
  detail: '',
  receivedTimeMs,
  raw: '',
});
const waiting = (receivedTimeMs: number) => row(receivedTimeMs, 'UNKNOWN_INSTRUMENT');
/** From and to, counted from T; no end while it is open. */
const told = (storedMs?: number) =>
  holes
    .takeChanges(storedMs)
    .map(({ fromMs, toMs }) => [fromMs - T, toMs === undefined ? undefined : toMs - T]);

describe('a refused row', () => {
  test.each<RefusalReason>(['MALFORMED', 'BAD_NUMBER', 'BAD_TIME', 'BAD_SIDE', 'UNKNOWN_INSTRUMENT'])(
    'that is %s leaves a hole where it may have happened, told once',
    (reason) => {
      holes.refused([row(T, reason)]);
      expect(holes.takeChanges()).toEqual([
        {
          fromMs: T - ROW_AGE_MS,
          toMs: T + 1,
          detail: expect.stringMatching(/^Rows (or frames )?came/),
          isNew: true,
        },
      ]);
      expect(told()).toEqual([]);
    },
  );

  test.each<RefusalReason>(['OTHER_PRODUCT', 'UNSUPPORTED_QUOTE', 'UNKNOWN_CHANNEL'])(
    'that is %s would have been no event, and leaves none',
    (reason) => {
      holes.refused([row(T, reason), row(T, reason), row(T, reason)]);
      expect([told(), holes.openSinceMs, holes.unreadableRows]).toEqual([[], undefined, 0]);
    },
  );

  test('shares the hole of one that came shortly before, however many there are', () => {
    for (let n = 0; n < 5_000; n += 1) {
      holes.good(T);
      holes.refused([row(T + n)]);
    }
    expect(told()).toEqual([[-ROW_AGE_MS, 5_000]]);
    holes.good(T);
    holes.refused([row(T + 4_999 + JOIN_WITHIN_MS)]);
    expect(holes.takeChanges()).toMatchObject([{ fromMs: T - ROW_AGE_MS, isNew: false }]);
    holes.good(T);
    const later = 4_999 + 2 * JOIN_WITHIN_MS + 1;
    holes.refused([row(T + later)]);
    expect(told()).toEqual([[later - ROW_AGE_MS, later + 1]]);
  });
});

describe('rows of which none can be read', () => {
  test('are a hole without an end, from the first of them to the first good event after', () => {
    const far = 10 * JOIN_WITHIN_MS;
    holes.refused([row(T)]);
    expect([told(), holes.openSinceMs]).toEqual([[[-ROW_AGE_MS, 1]], undefined]);
    for (let n = 1; n < UNREADABLE_ROWS_LIMIT; n += 1) holes.refused([row(T + n * far)]);
    expect(told()).toContainEqual([-ROW_AGE_MS, undefined]);
    expect(holes.openSinceMs).toBe(T - ROW_AGE_MS);
    holes.refused([row(T + 5 * far), waiting(T + 5 * far)]);
    expect(told()).toEqual([]);
    holes.good(T + 9 * far);
    expect([told(), holes.openSinceMs]).toEqual([[[-ROW_AGE_MS, 9 * far]], undefined]);
    holes.refused([row(T + 20 * far)]);
    expect(told()).toEqual([[20 * far - ROW_AGE_MS, 20 * far + 1]]);
  });

  test('are not ended by one that came before them', () => {
    holes.refused([row(T), row(T), row(T)]);
    holes.good(T - 5_000);
    expect(told()).toEqual([[-ROW_AGE_MS, 1]]);
  });
});

describe('rows of a contract that is not known', () => {
  test('leave no hole once all of them are recorded and stored', () => {
    holes.refused([waiting(T), waiting(T + 10)]);
    told();
    holes.settled([waiting(T)], T + 40_000);
    expect(told(T + 99_999)).toEqual([]);
    holes.settled([waiting(T + 10)], T + 50_000);
    expect(told(T + 49_999)).toEqual([]);
    expect(told(T + 50_000)).toEqual([[-ROW_AGE_MS, -ROW_AGE_MS]]);
    expect(told(T + 99_999)).toEqual([]);
    holes.refused([row(T + 20)]);
    expect(told()).toEqual([[20 - ROW_AGE_MS, 21]]);
  });

  test('leave theirs where another row in it was lost', () => {
    holes.refused([waiting(T)]);
    holes.lost(T + 10);
    told();
    holes.settled([waiting(T)], T);
    expect(told(T + 99_999)).toEqual([]);
  });

  test('that are recorded before anybody was told leave nothing to be told', () => {
    holes.refused([waiting(T)]);
    holes.settled([waiting(T)], T);
    expect(told(T)).toEqual([]);
  });

  test('stay holes when too many are waited for', () => {
    const at = (n: number) => T + n * 2 * JOIN_WITHIN_MS;
    for (let n = 0; n < 1_500; n += 1) {
      holes.refused([waiting(at(n))]);
      holes.takeChanges();
    }
    for (let n = 0; n < 1_500; n += 1) holes.settled([waiting(at(n))], at(n));
    expect(told(at(2_000))).toHaveLength(1_000);
  });
});

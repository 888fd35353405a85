import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayName } from './archive-path.js';
import {
  dayFrom,
  daysToLookAt,
  decide,
  isFinal,
  isKept,
  isPlausible,
  untilNextLook,
  type Wanted,
} from './archive-plan.js';
import { type FileFacts } from './file-facts.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 22, 12);
const names = (days: ReturnType<typeof daysToLookAt>) => days.map(({ fromMs }) => dayName(fromMs));

describe('the days that are looked at', () => {
  test('are the running one and the two before it every hour, and all that the database keeps once a day', () => {
    const hourly = daysToLookAt({}, { nowMs: NOON, retentionDays: 30, isThorough: false });
    expect(names(hourly)).toEqual(['20261122', '20261121', '20261120']);
    const all = daysToLookAt({}, { nowMs: NOON, retentionDays: 30, isThorough: true });
    expect(all).toHaveLength(30);
    expect(names(all).at(-1)).toBe('20261024');
  });

  test('never begin before what is kept: the first hours of such a day may be gone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 * DAY }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (later, retentionDays, isThorough) => {
          const nowMs = NOON + later;
          const found = daysToLookAt({}, { nowMs, retentionDays, isThorough });
          expect(found.every(({ fromMs }) => fromMs >= nowMs - retentionDays * DAY)).toBe(true);
          expect(found[0]).toEqual(dayFrom(nowMs - (nowMs % DAY)));
          if (isThorough) expect(found.length).toBe(nowMs % DAY === 0 ? retentionDays + 1 : retentionDays);
        },
      ),
    );
  });

  test('are whole ones only where files are of whole days, an hour after their end', () => {
    const look = (nowMs: number) =>
      names(daysToLookAt({ isOfWholeDays: true }, { nowMs, retentionDays: 30, isThorough: false }));
    expect(look(NOON)).toEqual(['20261121', '20261120']);
    const midnight = Date.UTC(2026, 10, 23);
    expect(look(midnight + HOUR - 1)).toEqual(['20261121']);
    expect(look(midnight + HOUR)).toEqual(['20261122', '20261121']);
  });

  test('have the one that has just ended among them, however few days files are kept', () => {
    const midnight = Date.UTC(2026, 10, 23);
    for (const isThorough of [true, false]) {
      const wanted = { nowMs: midnight + 180_000, retentionDays: 30, keptDays: 1, isThorough };
      expect(names(daysToLookAt({}, wanted))).toEqual(['20261123', '20261122']);
    }
    expect(isKept(dayFrom(Date.UTC(2026, 10, 22)), midnight + DAY - 1, 1)).toBe(true);
    expect(isKept(dayFrom(Date.UTC(2026, 10, 22)), midnight + DAY, 1)).toBe(false);
  });

  test('are those on which something can have happened', () => {
    expect(isPlausible(dayFrom(Date.UTC(2016, 11, 31)), NOON)).toBe(false);
    expect(isPlausible(dayFrom(Date.UTC(2017, 0, 1)), NOON)).toBe(true);
    expect(isPlausible(dayFrom(Date.UTC(2026, 10, 23)), NOON)).toBe(true);
    expect(isPlausible(dayFrom(Date.UTC(2026, 10, 24)), NOON)).toBe(false);
  });

  test('are final when what comes late has had its time', () => {
    const day = dayFrom(Date.UTC(2026, 10, 22));
    expect(isFinal({ settledMs: 25 * HOUR }, day, day.toMs + 25 * HOUR - 1)).toBe(false);
    expect(isFinal({ settledMs: 25 * HOUR }, day, day.toMs + 25 * HOUR)).toBe(true);
  });

  test('are looked at some minutes after each hour', () => {
    expect(untilNextLook(NOON, 180_000)).toBe(180_000);
    expect(untilNextLook(NOON + 180_000, 180_000)).toBe(HOUR);
    expect(untilNextLook(NOON + 30 * 60_000, 180_000)).toBe(33 * 60_000);
  });
});

describe('what becomes of a file', () => {
  const wanted: Wanted = {
    kind: { name: 'trades', schema: 2 },
    store: 'here',
    rows: 10,
    fingerprint: 'a',
    isFinal: false,
  };
  const file: FileFacts = {
    kind: 'trades',
    schema: 2,
    version: '1.2.3',
    writtenAt: '',
    venue: 'binance',
    symbol: 'SOLUSDT',
    from: '',
    to: '',
    rows: 10,
    unfit: 0,
    isFinal: false,
    isSimulated: false,
    store: 'here',
    fingerprint: 'a',
  };

  test.each([
    ['is made where there is none', undefined, {}, 'WRITE'],
    ['stays while nothing has changed', file, {}, 'KEEP'],
    ['is made anew when rows came', file, { rows: 11, fingerprint: 'b' }, 'WRITE'],
    ['is made anew when a row changed', file, { fingerprint: 'b' }, 'WRITE'],
    ['is made anew once its day is final', file, { isFinal: true }, 'WRITE'],
    ['is made anew when its columns are others', { ...file, schema: 1 }, {}, 'WRITE'],
    ['of a later program stays', { ...file, schema: 3 }, {}, 'KEEP'],
    ['with more rows than the database is kept', { ...file, rows: 11 }, {}, 'SET_ASIDE'],
    ['of another database is kept', { ...file, store: 'there' }, {}, 'SET_ASIDE'],
    ['of another kind is kept', { ...file, kind: 'book' }, {}, 'SET_ASIDE'],
    ['that cannot be read is kept', 'UNKNOWN', {}, 'SET_ASIDE'],
  ] as const)('%s', (_title, known, change, decision) => {
    expect(decide(known, { ...wanted, ...change })).toBe(decision);
  });

  test('of gaps is made anew when there are fewer', () => {
    const kind = { name: 'trades', schema: 2, mayShrink: true };
    expect(decide({ ...file, rows: 11, fingerprint: 'b' }, { ...wanted, kind })).toBe('WRITE');
  });
});

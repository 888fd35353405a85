import { beforeEach, describe, expect, test } from '@jest/globals';
import { type FeedGap, type Refusal } from '@orderfox/domain';
import { FakeClock, FAKE_EPOCH_MS } from '@orderfox/testing';
import { FeedCoverage } from './feed-coverage.js';
import { type FeedProgress } from './feed-gap.repository.js';

const SECOND = 1_000;

let clock: FakeClock;
let gaps: FeedGap[];
let told: FeedGap[];
let progress: FeedProgress[];
let written: string[];
let past: { lastGoodMs?: number; openGaps: FeedGap[]; count: number; away: boolean };

beforeEach(() => {
  clock = new FakeClock();
  gaps = [];
  told = [];
  progress = [];
  written = [];
  past = { openGaps: [], count: 0, away: false };
});

function unlessAway<T>(value: T): Promise<T> {
  return past.away ? Promise.reject(new Error('the database is away')) : Promise.resolve(value);
}

function ledger(): FeedCoverage {
  const silent = () => undefined;
  return new FeedCoverage({
    venue: 'okx',
    stream: 'liquidations',
    repository: {
      lastGoodMs: () => unlessAway(past.lastGoodMs),
      openGaps: () => unlessAway(past.openGaps),
      countSince: () => unlessAway(past.count),
    },
    writer: {
      saveGap: (gap) => {
        gaps.push(gap);
        written.push(gap.cause);
      },
      saveProgress: (entry) => {
        progress.push(entry);
        written.push('progress');
      },
    },
    clock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    onGap: (gap) => told.push(gap),
  });
}

const healthy = () => ({ dataMs: clock.nowMs(), storedMs: clock.nowMs() });
const gap = (given: Partial<FeedGap>): FeedGap => ({
  type: 'feed-gap',
  venue: 'okx',
  stream: 'liquidations',
  fromMs: FAKE_EPOCH_MS,
  cause: 'DISCONNECTED',
  detail: 'because',
  ...given,
});

/** Without the time before the first data. */
const sinceRecording = () => gaps.filter(({ cause }) => cause !== 'NOT_RECORDED');

describe('the coverage of a stream', () => {
  test('is written while data flows, and only when it moves', async () => {
    const coverage = ledger();
    await coverage.begin();
    coverage.tick(healthy());
    coverage.tick(healthy());
    clock.advance(SECOND);
    coverage.tick(healthy());
    coverage.tick();
    expect(progress.map(({ lastGoodMs }) => lastGoodMs - FAKE_EPOCH_MS)).toEqual([0, SECOND]);
    expect(sinceRecording()).toEqual([]);
  });

  test('goes no further than what is stored', async () => {
    const coverage = ledger();
    await coverage.begin();
    coverage.tick({ dataMs: clock.nowMs(), storedMs: clock.nowMs() - 40 });
    expect(progress[0]?.lastGoodMs).toBe(FAKE_EPOCH_MS - 40);
  });

  test('stands still during an outage, which begins at the last good moment and ends with data', async () => {
    const coverage = ledger();
    await coverage.begin();
    coverage.tick(healthy());
    clock.advance(9 * SECOND);
    coverage.outage({ fromMs: FAKE_EPOCH_MS, cause: 'SILENT', detail: 'no data' });
    expect(coverage.openSinceMs).toBe(FAKE_EPOCH_MS);
    coverage.tick(healthy());
    expect(progress).toHaveLength(1);

    coverage.outage({ fromMs: FAKE_EPOCH_MS, toMs: clock.nowMs(), cause: 'SILENT', detail: 'no data' });
    coverage.tick(healthy());
    expect(progress).toHaveLength(2);
    expect(coverage.openSinceMs).toBeUndefined();
    expect(sinceRecording()).toEqual([
      gap({ cause: 'SILENT', detail: 'no data' }),
      gap({ cause: 'SILENT', detail: 'no data', toMs: FAKE_EPOCH_MS + 9 * SECOND }),
    ]);
    expect(coverage.gapsToday).toBe(1);
  });

  test('a store without room is one gap, from the first event that was lost until there is room', async () => {
    const coverage = ledger();
    await coverage.begin();
    coverage.storageLost(FAKE_EPOCH_MS + 5);
    coverage.storageLost(FAKE_EPOCH_MS + 900);
    coverage.storageRecovered(FAKE_EPOCH_MS + 3 * SECOND);
    coverage.storageRecovered(FAKE_EPOCH_MS + 4 * SECOND);
    expect(gaps.map(({ cause, fromMs, toMs }) => [cause, fromMs, toMs])).toEqual([
      ['STORAGE', FAKE_EPOCH_MS + 5, undefined],
      ['STORAGE', FAKE_EPOCH_MS + 5, FAKE_EPOCH_MS + 3 * SECOND],
    ]);
  });

  test('lacks each row that was refused, and everything while none can be read', async () => {
    const coverage = ledger();
    await coverage.begin();
    coverage.tick(healthy());
    const row = (): Refusal => ({
      ...{ type: 'refusal', venue: 'okx', reason: 'MALFORMED', detail: '', raw: '' },
      receivedTimeMs: clock.nowMs(),
    });
    clock.advance(SECOND);
    const firstMs = clock.nowMs();
    coverage.refusals.refused([row()]);
    clock.advance(10);
    coverage.tick(healthy());
    expect(written).toEqual(['NOT_RECORDED', 'progress', 'REFUSED', 'progress']);
    expect(sinceRecording().at(-1)).toMatchObject({ cause: 'REFUSED', toMs: firstMs + 1 });
    const fromMs = sinceRecording()[0]!.fromMs;
    expect([fromMs < firstMs, coverage.openSinceMs, coverage.gapsToday]).toEqual([true, undefined, 1]);

    coverage.refusals.refused([row(), row()]);
    clock.advance(SECOND);
    coverage.tick(healthy());
    expect(sinceRecording().at(-1)).not.toHaveProperty('toMs');
    expect([coverage.openSinceMs, progress.length]).toEqual([fromMs, 2]);

    coverage.refusals.good(clock.nowMs());
    coverage.tick(healthy());
    expect(sinceRecording().at(-1)).toMatchObject({ cause: 'REFUSED', fromMs, toMs: clock.nowMs() });
    expect([coverage.openSinceMs, progress.length, coverage.gapsBegun]).toEqual([undefined, 3, 1]);
    expect(told).toEqual(gaps);
  });

  test('never ends a gap before or when it began, even when the clock is set back', async () => {
    const coverage = ledger();
    await coverage.begin();
    coverage.storageLost(FAKE_EPOCH_MS);
    coverage.storageRecovered(FAKE_EPOCH_MS - 60_000);
    expect(gaps.at(-1)?.toMs).toBe(FAKE_EPOCH_MS + 1);
  });

  test('counts gaps anew each day', async () => {
    past.count = 2;
    const coverage = ledger();
    await coverage.begin();
    coverage.storageLost(FAKE_EPOCH_MS);
    expect(coverage.gapsToday).toBe(3);
    clock.advance(86_400_000);
    expect(coverage.gapsToday).toBe(0);
  });
});

describe('a restart (F42)', () => {
  const died = FAKE_EPOCH_MS - 90 * SECOND;

  test('is a gap from the last good moment to the first data', async () => {
    past.lastGoodMs = died;
    const coverage = ledger();
    await coverage.begin();
    expect(gaps).toEqual([expect.objectContaining({ cause: 'STARTED', fromMs: died })]);
    expect(gaps[0]).not.toHaveProperty('toMs');
    expect(coverage.openSinceMs).toBe(died);

    clock.advance(2 * SECOND);
    coverage.tick(healthy());
    expect(gaps.at(-1)).toMatchObject({ cause: 'STARTED', fromMs: died, toMs: FAKE_EPOCH_MS + 2 * SECOND });
    expect(gaps).toHaveLength(2);
    expect(progress).toHaveLength(1);
  });

  test('in the middle of an outage goes on with the gap that was open', async () => {
    past.lastGoodMs = died;
    past.openGaps = [gap({ fromMs: died, cause: 'SILENT' })];
    past.count = 1;
    const coverage = ledger();
    await coverage.begin();
    expect(coverage.openSinceMs).toBe(died);
    coverage.tick(healthy());
    expect(gaps).toEqual([gap({ fromMs: died, cause: 'SILENT', toMs: FAKE_EPOCH_MS })]);
    expect(coverage.openSinceMs).toBeUndefined();
    expect(coverage.gapsToday).toBe(1);
  });

  test('does not write over the past before it has been read', async () => {
    past.lastGoodMs = died;
    past.away = true;
    const coverage = ledger();
    await coverage.begin();
    coverage.tick(healthy());
    await coverage.begin();
    expect(progress).toEqual([]);

    past.away = false;
    clock.advance(30 * SECOND);
    coverage.tick(healthy());
    await coverage.begin();
    // The gap ends when data first flowed, not when the database came back.
    expect(gaps.at(-1)).toMatchObject({ cause: 'STARTED', fromMs: died, toMs: FAKE_EPOCH_MS });
  });
});

describe('the very first start', () => {
  const notRecorded = (toMs: number) =>
    gap({ cause: 'NOT_RECORDED', detail: 'Recording of this feed had not begun.', fromMs: 0, toMs });

  test('is a gap from 1970 to the first data, told once, before any progress, and counted nowhere', async () => {
    const coverage = ledger();
    await coverage.begin();
    coverage.tick();
    expect(gaps).toEqual([]);
    clock.advance(9_999);
    const firstMs = clock.nowMs();
    coverage.tick(healthy());
    expect([gaps, told]).toEqual([[notRecorded(firstMs)], [notRecorded(firstMs)]]);
    expect(written).toEqual(['NOT_RECORDED', 'progress']);
    clock.advance(SECOND);
    coverage.tick(healthy());
    expect(gaps).toHaveLength(1);
    expect([coverage.gapsToday, coverage.gapsBegun, coverage.openSinceMs]).toEqual([0, 0, undefined]);
  });

  test('says so when nothing can be received, and what was before it was not recorded either', async () => {
    const coverage = ledger();
    await coverage.begin();
    clock.advance(10 * SECOND);
    coverage.tick();
    coverage.tick();
    expect(gaps[0]).toEqual(notRecorded(FAKE_EPOCH_MS));
    clock.advance(10 * SECOND);
    coverage.tick(healthy());
    expect(sinceRecording().map(({ cause, fromMs, toMs }) => [cause, fromMs, toMs])).toEqual([
      ['STARTED', FAKE_EPOCH_MS, undefined],
      ['STARTED', FAKE_EPOCH_MS, FAKE_EPOCH_MS + 20 * SECOND],
    ]);
    expect(gaps.filter(({ cause }) => cause === 'NOT_RECORDED').at(-1)).toEqual(
      notRecorded(FAKE_EPOCH_MS + 20 * SECOND),
    );
    expect(coverage.gapsToday).toBe(1);
  });

  test('goes on after a process that ended before any data came', async () => {
    past.openGaps = [gap({ fromMs: FAKE_EPOCH_MS - 50 * SECOND, cause: 'STARTED' })];
    const coverage = ledger();
    await coverage.begin();
    coverage.tick(healthy());
    expect(gaps).toEqual([notRecorded(FAKE_EPOCH_MS), expect.objectContaining({ toMs: FAKE_EPOCH_MS })]);
  });

  test('is none where the stream was good before', async () => {
    past.lastGoodMs = FAKE_EPOCH_MS - SECOND;
    const coverage = ledger();
    await coverage.begin();
    coverage.tick(healthy());
    expect(gaps.map(({ cause }) => cause)).toEqual(['STARTED', 'STARTED']);
  });
});

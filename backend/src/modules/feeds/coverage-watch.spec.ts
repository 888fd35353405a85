import { beforeEach, expect, test } from '@jest/globals';
import { type FeedGap } from '@orderfox/domain';
import { FakeClock, FAKE_EPOCH_MS, type SocketCounters, type SocketState } from '@orderfox/feed';
import { CoverageWatch } from './coverage-watch.js';
import { FeedCoverage } from './feed-coverage.js';
import { type StorageReport } from './feed-ports.js';

let clock: FakeClock;
let storage: StorageReport;
let gaps: FeedGap[];
let goodMs: number[];
let unreadable: Readonly<Record<string, number>>;
let watch: CoverageWatch;

beforeEach(async () => {
  clock = new FakeClock();
  storage = { state: 'OK', lost: 7 };
  gaps = [];
  goodMs = [];
  unreadable = {};
  const silent = () => undefined;
  const coverage = new FeedCoverage({
    venue: 'okx',
    stream: 'liquidations',
    repository: {
      lastGoodMs: () => Promise.resolve(undefined),
      openGaps: () => Promise.resolve([]),
      countSince: () => Promise.resolve(0),
    },
    writer: {
      // What was before the first data is a gap as well, and not the matter here.
      saveGap: (gap) => gap.cause !== 'NOT_RECORDED' && gaps.push(gap),
      saveProgress: ({ lastGoodMs }) => goodMs.push(lastGoodMs - FAKE_EPOCH_MS),
    },
    clock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    onGap: silent,
  });
  await coverage.begin();
  watch = new CoverageWatch(coverage, () => storage, clock);
});

function look(state: SocketState = 'LIVE'): void {
  clock.advance(1_000);
  const counters = () => ({ unreadable }) as SocketCounters;
  watch.look({ status: { state, reason: '' }, lastDataMs: clock.nowMs() - 10, counters });
}

test('a live connection and a store that keeps up are good until the newest data', () => {
  look();
  look();
  expect(goodMs).toEqual([990, 1_990]);
});

test('what is not stored yet is not good yet (F42)', () => {
  look();
  storage = { state: 'DEGRADED', unsafeSinceMs: FAKE_EPOCH_MS + 1_500 };
  look();
  look();
  expect(goodMs).toEqual([990, 1_499]);
});

test.each<SocketState>(['STALE', 'SILENT', 'SYNCING', 'RESYNCING'])(
  'a %s connection is not good',
  (state) => {
    look(state);
    expect(goodMs).toEqual([]);
  },
);

test('a store without room is a gap from the first event that was lost', () => {
  storage = { state: 'FULL', lost: 9, lostSinceMs: FAKE_EPOCH_MS + 300 };
  look();
  look();
  storage = { state: 'OK', lost: 12 };
  look();
  expect(gaps.map(({ cause, fromMs, toMs }) => [cause, fromMs, toMs])).toEqual([
    ['STORAGE', FAKE_EPOCH_MS + 300, undefined],
    ['STORAGE', FAKE_EPOCH_MS + 300, FAKE_EPOCH_MS + 3_000],
  ]);
  expect(goodMs).toEqual([2_990]);
});

test('a loss between two looks is not overlooked', () => {
  look();
  storage = { state: 'OK', lost: 8 };
  look();
  look();
  expect(gaps.at(-1)).toMatchObject({
    cause: 'STORAGE',
    fromMs: FAKE_EPOCH_MS + 1_000,
    toMs: FAKE_EPOCH_MS + 2_000,
  });
  expect(gaps).toHaveLength(2);
});

test('frames that cannot be read may have been liquidations: a gap from the look before', () => {
  unreadable = { 'not valid JSON': 2 };
  look();
  look();
  unreadable = { 'not valid JSON': 2, 'a stream that was not asked for': 1 };
  look();
  look();
  expect(gaps.map(({ cause }) => cause)).toEqual(['REFUSED', 'REFUSED']);
  expect(gaps[0]?.fromMs).toBeLessThan(FAKE_EPOCH_MS);
  expect(gaps.map(({ toMs }) => toMs! - FAKE_EPOCH_MS)).toEqual([1_001, 3_001]);
  expect(goodMs).toEqual([990, 1_990, 2_990, 3_990]);
});

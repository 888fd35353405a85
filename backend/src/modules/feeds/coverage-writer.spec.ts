import { beforeEach, expect, test } from '@jest/globals';
import { type FeedGap } from '@orderfox/domain';
import { Backoff } from '@orderfox/feed';
import { FakeClock, waitFor } from '@orderfox/testing';
import { CoverageWriter, MAX_WAITING_GAPS, STOP_WITHIN_MS } from './coverage-writer.js';

let clock: FakeClock;
let away: boolean;
let hangs: boolean;
let written: string[];
let logged: string[];

beforeEach(() => {
  clock = new FakeClock();
  away = hangs = false;
  written = [];
  logged = [];
});

function write(line: string): Promise<void> {
  if (hangs) return new Promise(() => undefined);
  if (away) return Promise.reject(new Error('the database is away'));
  written.push(line);
  return Promise.resolve();
}

function writer(onSaved?: (gap: FeedGap) => void): CoverageWriter {
  return new CoverageWriter({
    ...(onSaved && { onSaved }),
    repository: {
      save: ({ stream, fromMs, toMs }) => write(`gap ${stream} ${fromMs}-${toMs ?? ''}`),
      saveProgress: ({ stream, lastGoodMs }) => write(`good ${stream} ${lastGoodMs}`),
    },
    clock,
    backoff: new Backoff(() => 1),
    log: {
      debug: (_, message) => logged.push(message),
      info: (_, message) => logged.push(message),
      warn: (_, message) => logged.push(message),
      error: (_, message) => logged.push(message),
    },
  });
}

const gap = (fromMs: number, toMs?: number, stream = 'a'): FeedGap => ({
  type: 'feed-gap',
  venue: 'okx',
  stream,
  fromMs,
  ...(toMs !== undefined && { toMs }),
  cause: 'DISCONNECTED',
  detail: '',
});

test('writes gaps before progress, so that a crash leaves a hole too wide rather than too narrow', async () => {
  const coverage = writer();
  coverage.saveGap(gap(1));
  coverage.saveProgress({ venue: 'okx', stream: 'a', lastGoodMs: 9 });
  coverage.saveGap(gap(1, 5));
  await coverage.stop();
  expect(written).toEqual(['gap a 1-', 'gap a 1-5', 'good a 9']);
});

test('keeps what cannot be written, the newest of each, and writes it when the database is back', async () => {
  away = true;
  const coverage = writer();
  coverage.saveGap(gap(1));
  coverage.saveGap(gap(1, 5));
  coverage.saveGap(gap(7));
  for (let lastGoodMs = 10; lastGoodMs < 20; lastGoodMs += 1) {
    coverage.saveProgress({ venue: 'okx', stream: 'a', lastGoodMs });
  }
  await waitFor(() => clock.pendingDelaysMs().length > 0);
  expect(coverage.waitingGaps).toBe(2);

  away = false;
  clock.advance(1_000);
  await waitFor(() => coverage.waitingGaps === 0 && written.length === 3);
  expect(written).toEqual(['gap a 1-5', 'gap a 7-', 'good a 19']);
  expect(logged).toHaveLength(2);
});

test('asks a database that is away at a polite pace, never slower than every five seconds', async () => {
  away = true;
  const coverage = writer();
  coverage.saveGap(gap(1));
  const delays: number[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await waitFor(() => clock.pendingDelaysMs().length > 0);
    delays.push(clock.pendingDelaysMs()[0]!);
    clock.advance(clock.pendingDelaysMs()[0]!);
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  // One line for the outage, not one per attempt.
  expect(logged).toHaveLength(1);
});

test('has bounded memory and still loses no hole', async () => {
  away = true;
  const coverage = writer();
  for (let index = 0; index < MAX_WAITING_GAPS + 500; index += 1) {
    coverage.saveGap(gap(index * 10, index * 10 + 5));
  }
  coverage.saveGap(gap(1, 2, 'b'));
  expect(coverage.waitingGaps).toBe(MAX_WAITING_GAPS + 1);
  expect(coverage.mergedGaps).toBe(501);

  away = false;
  await coverage.stop();
  const last = (MAX_WAITING_GAPS + 499) * 10 + 5;
  expect(written).toContain(`gap a ${(MAX_WAITING_GAPS - 1) * 10}-${last}`);
  expect(written).toContain('gap b 1-2');
});

test('tells at the end how much could not be written, and leaves no timer behind', async () => {
  away = true;
  const coverage = writer();
  coverage.saveGap(gap(1));
  expect(await coverage.stop()).toBe(1);
  coverage.saveGap(gap(2));
  expect(clock.pendingDelaysMs()).toEqual([]);
});

test('does not wait at the end for a database that hangs', async () => {
  hangs = true;
  const coverage = writer();
  coverage.saveGap(gap(1));
  const stopped = coverage.stop();
  clock.advance(STOP_WITHIN_MS);
  expect(await stopped).toBe(1);
  expect(clock.pendingDelaysMs()).toEqual([]);
});

test('tells of a gap, and of its end, once it is written and not while the database is away', async () => {
  const saved: FeedGap[] = [];
  const coverage = writer((one) => saved.push(one));
  away = true;
  coverage.saveGap(gap(1));
  await waitFor(() => clock.pendingDelaysMs().length === 1);
  expect(saved).toEqual([]);
  away = false;
  clock.advance(10_000);
  await waitFor(() => saved.length === 1);
  coverage.saveGap(gap(1, 5));
  await coverage.stop();
  expect(saved).toEqual([gap(1), gap(1, 5)]);
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/feed';
import { PolledContract } from './polled-contract.js';
import { type SeriesPoint } from './reading.js';

const MINUTE_MS = 60_000;

describe('a contract that is polled', () => {
  let clock: FakeClock;
  let contract: PolledContract<SeriesPoint>;
  let told: number;
  const point = (ageMs = 0): SeriesPoint => ({
    venue: 'okx',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTC-USDT-SWAP',
    timestampMs: clock.nowMs() - ageMs,
    receivedTimeMs: clock.nowMs(),
  });
  const stands = () => {
    const { state, isStale, ageMs, sinceMs } = contract.state;
    return { state, isStale, ageMs, sinceMs };
  };

  beforeEach(() => {
    clock = new FakeClock();
    contract = new PolledContract('open interest', clock);
    told = 0;
    contract.onChange(() => (told += 1));
  });

  test('is being asked for, without a value, until the first answer', () => {
    expect(contract.state).toMatchObject({ state: 'CONNECTING', isStale: false });
    expect(contract.state.point).toBeUndefined();
    contract.answer(point(500));
    expect(stands()).toEqual({ state: 'LIVE', isStale: false, ageMs: 500, sinceMs: clock.nowMs() });
  });

  test('keeps its value where the venue does not answer, and says why and since when', () => {
    contract.answer(point());
    clock.advance(MINUTE_MS);
    const failedMs = clock.nowMs();
    contract.fail({ state: 'RESYNCING', reason: 'no answer' });
    clock.advance(MINUTE_MS);
    contract.fail({ state: 'RESYNCING', reason: 'still no answer' });
    expect(contract.state).toMatchObject({
      state: 'RESYNCING',
      reason: 'still no answer',
      sinceMs: failedMs,
      isStale: false,
      ageMs: 2 * MINUTE_MS,
    });
  });

  test('a value that three polls have not confirmed is stale, and says so by itself at that moment', () => {
    contract.answer(point());
    contract.fail({ state: 'RESYNCING', reason: 'no answer' });
    clock.advance(3 * MINUTE_MS - 1);
    expect(stands()).toMatchObject({ state: 'RESYNCING', isStale: false });
    const before = told;
    clock.advance(1);
    expect(told).toBe(before + 1);
    expect(stands()).toMatchObject({ state: 'STALE', isStale: true, sinceMs: clock.nowMs() });
    expect(contract.state.reason).toMatch(/^the last open interest is of \d\d:\d\d:\d\d UTC: no answer$/);
  });

  test('a venue that answers with the same old value is stale as well', () => {
    const old = point();
    for (let poll = 0; poll < 8; poll += 1) {
      contract.answer(old);
      clock.advance(MINUTE_MS);
    }
    expect(stands()).toMatchObject({ state: 'STALE', ageMs: 8 * MINUTE_MS });
    expect(contract.state.reason).toContain('the venue answers, and has nothing newer');
    contract.answer(point());
    expect(stands()).toMatchObject({ state: 'LIVE', isStale: false });
  });

  test('a ban is told before age, for it says what to wait for', () => {
    contract.answer(point());
    contract.fail({ state: 'BANNED', reason: 'banned', untilMs: clock.nowMs() + 10 * MINUTE_MS });
    clock.advance(5 * MINUTE_MS);
    expect(contract.state).toMatchObject({ state: 'BANNED', isStale: true });
    expect(contract.state.untilMs).toBeDefined();
  });

  test('an answer from before what is known is no news and does not make it fresh', () => {
    const newest = point();
    contract.answer(newest);
    clock.advance(2 * MINUTE_MS);
    expect(contract.answer({ ...newest, timestampMs: newest.timestampMs - 1 })).toBe(false);
    expect(contract.point).toBe(newest);
    clock.advance(MINUTE_MS);
    expect(stands()).toMatchObject({ state: 'STALE', isStale: true });
  });

  test('takes what an earlier process knew with its age, and never over something newer', () => {
    contract.restore(point(0));
    expect(stands()).toMatchObject({ state: 'CONNECTING', isStale: false });
    const older = { ...point(10 * MINUTE_MS), receivedTimeMs: clock.nowMs() - 10 * MINUTE_MS };
    const other = new PolledContract<SeriesPoint>('funding', clock);
    other.restore(older);
    expect(other.state).toMatchObject({ state: 'CONNECTING', isStale: true, ageMs: 10 * MINUTE_MS });
    other.answer(point());
    other.restore(older);
    expect(other.state).toMatchObject({ state: 'LIVE', isStale: false, ageMs: 0 });
  });

  test('a jump of the wall clock makes nothing older', () => {
    contract.answer(point());
    clock.stepWallClock(3_600_000);
    clock.advance(1_000);
    expect(stands()).toMatchObject({ state: 'LIVE', isStale: false, ageMs: 1_000 });
  });

  test('keeps the newest that was settled', () => {
    contract.settle(point(2 * MINUTE_MS));
    const newer = point(MINUTE_MS);
    contract.settle(newer);
    contract.settle(point(3 * MINUTE_MS));
    expect(contract.state.settled).toBe(newer);
  });

  test('leaves no timer behind, also where an answer comes after its end', () => {
    contract.answer(point());
    contract.end();
    contract.answer(point());
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});

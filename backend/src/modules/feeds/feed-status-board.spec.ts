import { beforeEach, expect, test } from '@jest/globals';
import { type FeedStatus } from '@orderfox/domain';
import { FakeClock } from '@orderfox/testing';
import { EVENT_NEWS_MS, FeedStatusBoard, SETTLE_MS } from './feed-status-board.js';

let clock: FakeClock;
let told: FeedStatus[];
let board: FeedStatusBoard;

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  board = new FeedStatusBoard(clock, (status) => told.push(status));
});

const status = (given: Partial<FeedStatus>): FeedStatus => ({
  type: 'feed-status',
  venue: 'okx',
  stream: 'liquidations',
  state: 'LIVE',
  reason: 'Data flows.',
  sinceMs: 0,
  ...given,
});

test('tells a change once, however often it is told', () => {
  for (let second = 0; second < 100; second += 1) {
    board.update(status({ lastDataMs: clock.nowMs() }));
    clock.advance(1_000);
  }
  expect(told).toHaveLength(1);
});

test('tells a feed that flaps once, in its last state', () => {
  board.update(status({}));
  clock.advance(SETTLE_MS);
  for (const state of ['RESYNCING', 'SYNCING', 'RESYNCING'] as const) board.update(status({ state }));
  clock.advance(SETTLE_MS);
  expect(told.map(({ state }) => state)).toEqual(['LIVE', 'RESYNCING']);
});

test('tells nothing when a feed is back in its state before anyone heard', () => {
  board.update(status({}));
  clock.advance(SETTLE_MS);
  board.update(status({ state: 'STALE' }));
  board.update(status({}));
  clock.advance(10 * SETTLE_MS);
  expect(told).toHaveLength(1);
});

test('tells of another reason and of another end of a ban', () => {
  board.update(status({ state: 'BANNED', untilMs: 1 }));
  clock.advance(SETTLE_MS);
  board.update(status({ state: 'BANNED', untilMs: 2 }));
  clock.advance(SETTLE_MS);
  board.update(status({ state: 'BANNED', untilMs: 2, reason: 'still' }));
  clock.advance(SETTLE_MS);
  expect(told).toHaveLength(3);
});

test('tells of newer events, but not of each one', () => {
  for (let elapsed = 0; elapsed <= 2 * EVENT_NEWS_MS; elapsed += 100) {
    board.update(status({ lastEventMs: clock.nowMs() }));
    clock.advance(100);
  }
  expect(told).toHaveLength(2);
});

test('keeps the feeds apart', () => {
  board.update(status({}));
  board.update(status({ stream: 'mark-prices' }));
  board.update(status({ venue: 'bybit' }));
  clock.advance(SETTLE_MS);
  expect(told).toHaveLength(3);
});

test('is silent once stopped', () => {
  board.update(status({}));
  board.stop();
  board.update(status({ state: 'ERROR' }));
  clock.advance(SETTLE_MS);
  expect(told).toEqual([]);
  expect(clock.pendingDelaysMs()).toEqual([]);
});

import { type Liquidation, type Refusal } from '@orderfox/domain';
import { type LiveSocket, type LiveSocketOptions } from '@orderfox/feed';
import { type StorageState } from './feed-state.js';

/** Takes events to be stored once each, in memory at first. Must not throw. */
export interface EventSink {
  offer(events: readonly Liquidation[]): void;
}

/** Takes refused rows to be kept for people to look at. Must not throw. */
export interface RefusalSink {
  keep(refusals: readonly Refusal[]): void;
  /** Rows kept earlier, all of one venue and reason, that have become events after all. */
  release?(refusals: readonly Refusal[]): void;
}

/** How the store of events stands. */
export interface StorageReport {
  readonly state: StorageState;
  /** When the oldest event that is not safe yet was received; absent when all are. Epoch ms. */
  readonly unsafeSinceMs?: number;
  /** While `state` is FULL: when the first event that found no room was received. Epoch ms. */
  readonly lostSinceMs?: number;
  /** Events that found no room since the start of the process; absent for none. */
  readonly lost?: number;
}

/** The part of a LiveSocket that a feed uses; one that counts nothing has no counters. */
export type FeedSocket = Pick<
  LiveSocket,
  'status' | 'lastDataMs' | 'refusedTopics' | 'start' | 'setTopics' | 'stop'
> &
  Partial<Pick<LiveSocket, 'counters'>>;

/** Makes a connection that is not started yet. */
export type OpenSocket = (options: LiveSocketOptions) => FeedSocket;

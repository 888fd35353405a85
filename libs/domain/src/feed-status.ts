import type { VenueId } from './market-event.js';

/** The states of a feed, the same words in the API, the metrics, the logs and the page. */
export const FEED_STATES = [
  'DISABLED', // switched off by configuration
  'CONNECTING', // first connection is being made
  'SYNCING', // connected; waiting for acknowledgements and first data
  'LIVE', // data flows
  'QUIET', // connected and proved alive by its control stream; this stream has nothing to say
  'STALE', // no data for too long, cause not known yet
  'SILENT', // acknowledged by the venue, but no data comes at all: wrong route, blocked or half dead
  'RESYNCING', // connection lost; being rebuilt
  'RATE_LIMITED', // the venue asked to wait, see `until`
  'BANNED', // the venue banned this address, see `until`
  'GEO_BLOCKED', // the venue refuses this jurisdiction
  'VENUE_PAUSED', // the venue is under maintenance
  'ERROR', // cannot work, `reason` says why
] as const;

export type FeedState = (typeof FEED_STATES)[number];

/** What is known about one stream of one venue at one moment. Times are epoch milliseconds. */
export interface FeedStatus {
  readonly type: 'feed-status';
  readonly venue: VenueId;
  readonly stream: string;
  readonly state: FeedState;
  /** One sentence for people, in plain words. */
  readonly reason: string;
  readonly sinceMs: number;
  /** Until when the venue wants to be left alone, for RATE_LIMITED and BANNED. */
  readonly untilMs?: number;
  /** Newest event of this stream; absent when none came since the start. */
  readonly lastEventMs?: number;
  /** Newest market data of any kind on its connection, the control stream included; pings do not count. */
  readonly lastDataMs?: number;
}

/** Why a stretch of a feed is missing, the same words in the API and the database. */
export type GapCause =
  | 'DISCONNECTED' // the connection was lost
  | 'SILENT' // the connection stood and nothing came on it
  | 'STARTED' // the program was not running, or had not received anything yet
  | 'STORAGE' // what came could not be stored
  | 'SUBSCRIPTION' // the venue did not accept the subscriptions
  | 'REFUSED' // rows came that could not be read
  | 'NOT_RECORDED'; // from 1970-01-01 on: recording of this feed had not begun

/** A stretch of time in which a feed may have missed events. Open while `toMs` is absent. */
export interface FeedGap {
  readonly type: 'feed-gap';
  readonly venue: VenueId;
  readonly stream: string;
  /** Last moment at which data was known to flow. */
  readonly fromMs: number;
  readonly toMs?: number;
  readonly cause: GapCause;
  readonly detail: string;
}

/**
 * The feed states that one socket can know of, the same words as everywhere. DISABLED belongs to the configuration and
 * QUIET to whoever knows the age of the last event; both are decided above the socket.
 */
export type SocketState =
  | 'CONNECTING' // the first connection is being made
  | 'SYNCING' // connected; acknowledgements or first data are still to come
  | 'LIVE' // every topic is acknowledged or refused by name, and data or control frames flow
  | 'STALE' // no data for too long; the transport is being probed to learn why
  | 'SILENT' // the transport answers, the venue acknowledged, and still no data comes
  | 'RESYNCING' // the connection was lost and is being rebuilt
  | 'RATE_LIMITED' // the venue asked to wait until `untilMs`
  | 'BANNED' // the venue banned this address until `untilMs`
  | 'GEO_BLOCKED' // the venue refuses this jurisdiction; asked again every 30 minutes
  | 'VENUE_PAUSED' // the venue is under maintenance
  | 'ERROR'; // cannot work, `reason` says why; retried with backoff

/** What a socket says of itself. */
export interface SocketStatus {
  readonly state: SocketState;
  /** One sentence for people, in plain words. */
  readonly reason: string;
  /** Epoch ms until which the venue wants to be left alone, for RATE_LIMITED and BANNED. */
  readonly untilMs?: number;
}

/** Why nothing could arrive for a while. */
export type OutageCause =
  | 'DISCONNECTED' // the connection ended or its other end no longer answered
  | 'SILENT' // the connection stood and carried nothing
  | 'SUBSCRIPTION'; // the venue did not take the subscriptions, or not all of them

/**
 * A stretch of time in which events may have been missed. Reported twice: when it is noticed (`toMs` absent) and when
 * data flows again. It starts at the last frame that is known to be good, which is earlier than its detection.
 */
export interface Outage {
  /** Epoch ms of the last data or control frame before it. */
  readonly fromMs: number;
  /** Epoch ms of the first data or control frame after it, on a fully acknowledged connection. */
  readonly toMs?: number;
  readonly cause: OutageCause;
  /** One sentence for people. */
  readonly detail: string;
}

/** Frames of one kind that could not be read; reported for the first of a kind, then at most once a minute. */
export interface UnreadableReport {
  /** Why, in the words of the protocol's `read`; what a count is kept of. */
  readonly kind: string;
  /** How many of this kind there were so far. */
  readonly count: number;
  /** The beginning of the newest one, at most 200 characters, control characters replaced. */
  readonly sample: string;
}

/** What a socket counted since it was made. */
export interface SocketCounters {
  /** Frames of all kinds, server pings and pongs left out. */
  readonly frames: number;
  /** `data` and `control` frames. */
  readonly dataFrames: number;
  /** Frames that could not be read, by kind. At most 50 kinds; what is beyond counts as `other`. */
  readonly unreadable: Readonly<Record<string, number>>;
  /** Connections that were opened, planned replacements included. */
  readonly connections: number;
  /** Connections that were tried because one before was lost or could not be made. */
  readonly reconnects: number;
  /** Planned replacements that were completed. */
  readonly rollovers: number;
  /** Frames of a connection after its retirement; they are dropped. */
  readonly lateFrames: number;
  /** Requests that the venue did not acknowledge in time. */
  readonly unansweredRequests: number;
  /** Topics that the venue refused, each refusal counted. */
  readonly refusals: number;
  /** Exceptions thrown by the callbacks that were handed in. */
  readonly handlerErrors: number;
}

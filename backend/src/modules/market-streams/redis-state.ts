/** How publishing to Redis stands. */
export type RedisState =
  | 'CONNECTING' // tried for the first time
  | 'LIVE' // what is recorded is published
  | 'BEHIND' // connected, and what was recorded meanwhile is being published
  | 'UNREACHABLE' // no connection; tried again by itself
  | 'FULL' // it has no memory left and takes nothing more
  | 'READ_ONLY' // it takes no writes: a replica, or a disk that it cannot save to
  | 'REFUSED' // it does not let us: password, rights, or a server of another kind
  | 'CONFLICT' // a stream holds what is not of this database, or is no stream
  | 'STOPPED';

/** The same with a sentence for people, and since when it is so. */
export interface RedisStatus {
  readonly state: RedisState;
  readonly reason: string;
  /** Epoch ms. */
  readonly sinceMs: number;
}

/** What a failure means. Never holds an argument of a command: that may be the password. */
export interface RedisFailure {
  readonly state: Exclude<RedisState, 'CONNECTING' | 'LIVE' | 'BEHIND' | 'CONFLICT' | 'STOPPED'>;
  readonly reason: string;
}

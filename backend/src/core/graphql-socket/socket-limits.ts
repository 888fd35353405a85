/** What one client, and all clients together, may take of the socket server. Times in ms, sizes in bytes. */
export interface SocketLimits {
  readonly subscriptionsPerSocket: number;
  /** Largest message from a client. */
  readonly maxMessageBytes: number;
  /** Longest `connection_init`, in UTF-16 units. */
  readonly maxInitBytes: number;
  /** Different selections that are rendered for subscribers at the same time. */
  readonly selections: number;
  /** The most of them that one client may ask for. */
  readonly selectionsPerClient: number;
  /** How long a client may take to send `connection_init`. */
  readonly initWithinMs: number;
  /** Pause between pings; a client that has not answered one by the next is gone. */
  readonly pingEveryMs: number;
  /** Unsent bytes beyond which the next event is only taken once these have left. */
  readonly pauseAtBytes: number;
  /** Unsent bytes beyond which a client is too slow. */
  readonly maxUnsentBytes: number;
  /** Unsent messages beyond which a client is too slow. */
  readonly maxUnsentMessages: number;
  /** A message that has not left after this long means that its client is too slow. */
  readonly maxUnsentMs: number;
  /** How long a closing handshake may take before the socket is cut. */
  readonly closeWithinMs: number;
  /** Sockets that are asked to come back within the same second after a restart. */
  readonly reconnectsPerSecond: number;
}

/** What a public, read-only server can afford to give to everyone. */
export const SOCKET_LIMITS: SocketLimits = {
  subscriptionsPerSocket: 20,
  maxMessageBytes: 64 * 1_024,
  maxInitBytes: 2_048,
  selections: 1_000,
  selectionsPerClient: 50,
  initWithinMs: 3_000,
  pingEveryMs: 12_000,
  pauseAtBytes: 64 * 1_024,
  maxUnsentBytes: 1_024 * 1_024,
  maxUnsentMessages: 1_000,
  maxUnsentMs: 10_000,
  closeWithinMs: 5_000,
  reconnectsPerSecond: 500,
};

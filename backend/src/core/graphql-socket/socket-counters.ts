/** Why a socket was refused before it was one. */
export type SocketRefusal = 'path' | 'origin' | 'rate' | 'address' | 'process' | 'closing' | 'handshake';

/** Why the server ended a socket; `refused`: what its address asks for is not to be had. */
export type SocketEnding = 'slow' | 'unanswered' | 'oversize' | 'protocol' | 'flood' | 'fault' | 'refused';

/** Counts since the start, for the metrics. */
export class SocketCounters {
  accepted = 0;
  subscriptionsRefused = 0;
  /** Sockets that were told that they send too many messages. */
  floodWarnings = 0;
  /** Readers of events that were told that they fall behind. */
  laggingNotices = 0;
  readonly refused = new Map<SocketRefusal, number>();
  readonly ended = new Map<SocketEnding, number>();

  refuse(cause: SocketRefusal): void {
    this.refused.set(cause, (this.refused.get(cause) ?? 0) + 1);
  }

  end(cause: SocketEnding): void {
    this.ended.set(cause, (this.ended.get(cause) ?? 0) + 1);
  }
}

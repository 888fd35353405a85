import { type Clock, type Random } from './clock.js';
import { type SocketProtocol } from './socket-protocol.js';
import { type Outage, type SocketStatus, type UnreadableReport } from './socket-status.js';

/**
 * What a LiveSocket is made of. A callback that throws hurts neither the socket nor the other callbacks: the error is
 * counted and handed to `onHandlerError`.
 */
export interface LiveSocketOptions {
  readonly protocol: SocketProtocol;
  /** Topics wanted from the start; `setTopics` changes them. The control topic is added by the socket. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** Every `data` message, and every `control` message that its protocol hands on, in order of arrival. */
  readonly onMessage: (message: unknown, receivedTimeMs: number) => void;
  /** The state or its reason changed. */
  readonly onState: (status: SocketStatus) => void;
  /**
   * An outage was noticed (`toMs` absent), ended, or has a new detail (same `fromMs` and cause). Wanted topics that the
   * venue refuses on a working connection are an outage of cause `SUBSCRIPTION`, also beside another one. The time before the first LIVE is none of this socket's: whoever
   * knows when an earlier process last received can tell how long that was.
   */
  readonly onOutage?: (outage: Outage) => void;
  /** A frame could not be read: the first of a kind, then at most one a minute. */
  readonly onUnreadable?: (report: UnreadableReport) => void;
  /** A frame could not be read: every one, in its place among the messages. What it held is lost, and whose that was. */
  readonly onUnreadableFrame?: () => void;
  /**
   * The venue refused one topic. It is asked for again every five minutes, at the next change of topics and on the next
   * connection; told again only when the topics, the connection or the venue's words have changed.
   */
  readonly onRefused?: (topic: string, reason: string) => void;
  /** A callback threw. Every error is counted; the first of a text is told, then at most one a minute. */
  readonly onHandlerError?: (error: unknown) => void;
}

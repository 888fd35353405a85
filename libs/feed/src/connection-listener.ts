import { type Connection } from './connection.js';
import { type ConnectionFailure } from './connection-failure.js';

/** Told by a connection; each call names the connection, for two of them may live at once. */
export interface ConnectionListener {
  opened(connection: Connection): void;
  /** First data or control frame with every topic answered: from here on nothing is missed. */
  ready(connection: Connection): void;
  /** Every wanted topic is acknowledged or refused, again after each change and each new try of what was refused. */
  answered(connection: Connection): void;
  /** A `data` or `control` frame; `message` is absent where a control frame is not handed on. */
  data(message: unknown, receivedTimeMs: number): void;
  stale(connection: Connection, reason: string): void;
  fresh(connection: Connection): void;
  /** It still works, but another one should take its place. */
  replaceable(connection: Connection, reason: string): void;
  /** It is over. Comes once and last. */
  failed(connection: Connection, failure: ConnectionFailure): void;
  frame(): void;
  lateFrame(): void;
  unreadable(reason: string, text: () => string): void;
  refused(topic: string, reason: string): void;
  unanswered(): void;
}

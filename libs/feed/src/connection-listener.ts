import { type ConnectionFailure } from './connection-failure.js';

/** Told by a connection, of type `C`; each call names it, for two of them may live at once. */
export interface ConnectionListener<C> {
  opened(connection: C): void;
  /** First data or control frame with every topic answered: from here on nothing is missed. */
  ready(connection: C): void;
  /** Every wanted topic is acknowledged or refused, again after each change and each new try of what was refused. */
  answered(connection: C): void;
  /** A `data` or `control` frame; `message` is absent where a control frame is not handed on. */
  data(message: unknown, receivedTimeMs: number): void;
  stale(connection: C, reason: string): void;
  fresh(connection: C): void;
  /** It still works, but another one should take its place. */
  replaceable(connection: C, reason: string): void;
  /** It is over. Comes once and last. */
  failed(connection: C, failure: ConnectionFailure): void;
  frame(): void;
  lateFrame(): void;
  unreadable(reason: string, text: () => string): void;
  refused(topic: string, reason: string): void;
  unanswered(): void;
}

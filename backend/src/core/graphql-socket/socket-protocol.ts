import { type IncomingMessage } from 'node:http';
import { type SocketOutlet } from './socket-outlet.js';

/** The server's part in what is said on one socket. None of these may throw. */
export interface SocketSession {
  /** Operations that were asked for and are not over. */
  readonly operationCount: number;
  /** Of them, subscriptions that have begun. */
  readonly subscriberCount: number;
  /** A message came. */
  receive(text: string): void;
  /** A message came that is no text. */
  refuseBinary(): void;
  /** The reader has fallen half way behind what is allowed. */
  warnLagging(unsentMessages: number): void;
  /** The reader was given up: what is sent now are its last words. */
  giveUp(): void;
  /** The socket is closed: lets go of everything. */
  closed(): void;
}

/** A way to speak on sockets. Who may open one, and what may wait for its reader, is the same for all. */
export interface SocketProtocol {
  /** The subprotocol that a client has to ask for; undefined where there is none. */
  readonly name: string | undefined;
  /** Begins to speak on a socket that was let in. */
  open(outlet: SocketOutlet, client: string, request: IncomingMessage): SocketSession;
}

import { type MessageBatch } from './message-batch.js';

/** Hears that a write has left for the network, or that it never will. */
type WrittenCallback = (error?: Error | null) => void;

/** The part of the connection under a WebSocket that whole frames are written to. Any Duplex is one. */
export interface WireTcp {
  /** Not destroyed, not ended. */
  readonly writable: boolean;
  /** Bytes written that have not left; a write counts whole until all of it has. */
  readonly writableLength: number;
  write(chunk: Uint8Array, callback?: WrittenCallback): boolean;
}

/** The part of a `ws` socket that messages and closing go through. */
export interface WireSocket {
  readonly readyState: number;
  readonly OPEN: number;
  /** Names of the extensions in use; empty if there are none. */
  readonly extensions: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array, options: { readonly binary: boolean }, callback?: WrittenCallback): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** What one socket is written through. */
export interface WireEnds {
  /** The connection as the `upgrade` event gave it; undefined where it is not at hand. */
  readonly tcp: WireTcp | undefined;
  readonly socket: WireSocket;
}

/** Hears that what was written has left for the network, or that it never will. */
export interface WireListener {
  onLeft(): void;
}

/** A way to write messages to a socket. Has no state per socket, so that a quiet socket costs nothing here. */
export interface Wire {
  /**
   * Writes a batch. True: all of it has left already. False: it is under way, and the listener hears once when it has
   * left or failed.
   */
  write(ends: WireEnds, batch: MessageBatch, listener: WireListener): boolean;
  /** Bytes that were written and have not left. A write counts whole until all of it has. */
  unsentBytes(ends: WireEnds): number;
}

/** Whether the socket takes frames that were made elsewhere: nothing is compressed, and the connection is at hand. */
export function takesFrames({ tcp, socket }: WireEnds): boolean {
  return tcp !== undefined && socket.extensions === '';
}

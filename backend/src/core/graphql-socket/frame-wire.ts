import { Socket } from 'node:net';
import { type MessageBatch } from './message-batch.js';
import { type Wire, type WireEnds, type WireListener, type WireTcp } from './wire.js';

const NOTHING = Buffer.alloc(0);

/** Room that frames are made in: more than the largest usual batch. */
const ROOM_BYTES = 128 * 1_024;

/**
 * Writes ready frames to the connection under a WebSocket: one buffer and one write for a whole batch, where `ws` would
 * make two writes for each message. `ws` adds its own frames (close, ping) to the same connection, one whole frame at
 * a time as well, so neither ever tears the other's.
 */
export class FrameWire implements Wire {
  #room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  /** Where the part of the room begins that no write under way needs. */
  #free = 0;

  write({ tcp }: WireEnds, batch: MessageBatch, listener: WireListener): boolean {
    // Cut, and the WebSocket has not noticed yet: like a network that loses what it was given.
    if (tcp?.writable !== true) return true;
    const frames = this.#take(tcp, batch.bytes);
    batch.writeFrames(frames, 0);
    tcp.write(frames);
    if (tcp.writableLength === 0) return true;
    if (frames.buffer === this.#room.buffer) this.#free += frames.length;
    // Nearly every write leaves at once, so none carries a callback. An empty write behind it has the same effect.
    tcp.write(NOTHING, () => listener.onLeft());
    return false;
  }

  unsentBytes({ tcp }: WireEnds): number {
    return tcp?.writableLength ?? 0;
  }

  /**
   * A network connection with nothing unsent has copied all it was given to the kernel, so the same room serves one
   * socket after the other. Other streams may keep a chunk after they have called it written; they get their own.
   */
  #take(tcp: WireTcp, bytes: number): Buffer {
    if (bytes > ROOM_BYTES || !(tcp instanceof Socket)) return Buffer.allocUnsafe(bytes);
    if (this.#free + bytes > ROOM_BYTES) {
      this.#room = Buffer.allocUnsafeSlow(ROOM_BYTES);
      this.#free = 0;
    }
    return this.#room.subarray(this.#free, this.#free + bytes);
  }
}

import { type MessageBatch } from './message-batch.js';
import { type Wire, type WireEnds, type WireListener } from './wire.js';

const NOTHING = Buffer.alloc(0);

/**
 * Writes ready frames to the connection under a WebSocket: one buffer and one write for a whole batch, where `ws` would
 * make two writes for each message. `ws` adds its own frames (close, ping) to the same connection, one whole frame at
 * a time as well, so neither ever tears the other's.
 */
export class FrameWire implements Wire {
  write({ tcp }: WireEnds, batch: MessageBatch, listener: WireListener): boolean {
    // Cut, and the WebSocket has not noticed yet: like a network that loses what it was given.
    if (tcp?.writable !== true) return true;
    const frames = Buffer.allocUnsafe(batch.bytes);
    batch.writeFrames(frames, 0);
    tcp.write(frames);
    if (tcp.writableLength === 0) return true;
    // Nearly every write leaves at once, so none carries a callback. An empty write behind it has the same effect.
    tcp.write(NOTHING, (error) => listener.onLeft(error));
    return false;
  }

  unsentBytes({ tcp }: WireEnds): number {
    return tcp?.writableLength ?? 0;
  }
}

import { type MessageBatch } from './message-batch.js';
import { type Wire, type WireEnds, type WireListener } from './wire.js';

const TEXT = { binary: false } as const;

/** Hands every message to `ws`: for sockets that compress, and where the connection underneath is not at hand. */
export class MessageWire implements Wire {
  write({ socket }: WireEnds, batch: MessageBatch, listener: WireListener): boolean {
    let unwritten = batch.messages;
    let isUnderWay = false;
    for (const payload of batch.payloads()) {
      unwritten -= 1;
      if (unwritten > 0) socket.send(payload, TEXT);
      else socket.send(payload, TEXT, () => isUnderWay && listener.onLeft());
    }
    isUnderWay = socket.bufferedAmount > 0;
    return !isUnderWay;
  }

  unsentBytes({ socket }: WireEnds): number {
    return socket.bufferedAmount;
  }
}

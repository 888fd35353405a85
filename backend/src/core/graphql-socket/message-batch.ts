import { frameBytes, writeFrameHeader } from './text-frame.js';

const CLOSING_BRACE = 0x7d;

interface Message {
  /** What stands before the body: ASCII, closed by a brace behind the body. Empty: the body is the whole message. */
  readonly head: string;
  readonly body: Uint8Array;
}

/**
 * Messages in the order in which they leave. Bodies are shared with other sockets, so only references are kept here;
 * the one copy is made when the frames are written.
 */
export class MessageBatch {
  readonly #all: Message[] = [];
  #bytes = 0;

  /** How many messages. */
  get messages(): number {
    return this.#all.length;
  }

  /** Size on the wire, as unmasked text frames. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a message. Neither it nor its giver may change the body afterwards. */
  add(head: string, body: Uint8Array): void {
    const message = { head, body };
    this.#all.push(message);
    this.#bytes += frameBytes(payloadBytes(message));
  }

  /** Adds the messages of a batch that comes after this one. */
  append(later: MessageBatch): void {
    for (const message of later.#all) this.#all.push(message);
    this.#bytes += later.#bytes;
  }

  /** Writes all frames one after the other; there must be room for `bytes` from the offset on. */
  writeFrames(target: Buffer, offset: number): void {
    let end = offset;
    for (const message of this.#all) {
      end = writePayload(target, writeFrameHeader(target, end, payloadBytes(message)), message);
    }
  }

  /** The messages without frames. */
  *payloads(): Generator<Buffer> {
    for (const message of this.#all) {
      const payload = Buffer.allocUnsafe(payloadBytes(message));
      writePayload(payload, 0, message);
      yield payload;
    }
  }
}

function payloadBytes({ head, body }: Message): number {
  return head === '' ? body.length : head.length + body.length + 1;
}

/** Returns where it ends. */
function writePayload(target: Buffer, offset: number, { head, body }: Message): number {
  if (head === '') {
    target.set(body, offset);
    return offset + body.length;
  }
  const bodyStart = offset + target.write(head, offset, head.length, 'latin1');
  target.set(body, bodyStart);
  return target.writeUInt8(CLOSING_BRACE, bodyStart + body.length);
}

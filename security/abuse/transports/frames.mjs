import { randomBytes } from 'node:crypto';

/** Kinds of frames, RFC 6455 section 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, reserved: 3, close: 8, ping: 9, pong: 10 };

/**
 * One frame, as right or wrong as the options say: `fin` false begins or goes on with a fragmented message, `masked`
 * false is what a client must not send, `reserved` sets the bit of a compression that nobody agreed on, `length` is
 * claimed in place of the true one.
 */
export function frame(opcode, payload = '', { fin = true, masked = true, reserved = false, length } = {}) {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(2);
  head[0] = (fin ? 0x80 : 0) | (reserved ? 0x40 : 0) | opcode;
  const claimed = length ?? body.length;
  let extended = Buffer.alloc(0);
  if (claimed < 126) {
    head[1] = claimed;
  } else if (claimed < 65_536) {
    head[1] = 126;
    extended = Buffer.alloc(2);
    extended.writeUInt16BE(claimed);
  } else {
    head[1] = 127;
    extended = Buffer.alloc(8);
    extended.writeBigUInt64BE(BigInt(claimed));
  }
  if (!masked) return Buffer.concat([head, extended, body]);
  head[1] |= 0x80;
  const mask = randomBytes(4);
  const covered = Buffer.from(body.map((byte, index) => byte ^ mask[index % 4]));
  return Buffer.concat([head, extended, mask, covered]);
}

/** Cuts what a server sends, which it never masks, into frames; keeps what is not yet whole. */
export class FrameReader {
  #waiting = Buffer.alloc(0);

  /** The frames that are whole now. */
  *read(data) {
    this.#waiting = Buffer.concat([this.#waiting, data]);
    for (;;) {
      const buffer = this.#waiting;
      if (buffer.length < 2) return;
      const short = buffer[1] & 0x7f;
      const start = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (buffer.length < start) return;
      const length =
        short === 127 ? Number(buffer.readBigUInt64BE(2)) : short === 126 ? buffer.readUInt16BE(2) : short;
      if (buffer.length < start + length) return;
      this.#waiting = buffer.subarray(start + length);
      yield { opcode: buffer[0] & 0x0f, payload: buffer.subarray(start, start + length) };
    }
  }
}

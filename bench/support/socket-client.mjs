import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** All sockets of the process read into this: what arrived is looked at before the next read. */
const shared = Buffer.allocUnsafe(256 * 1_024);

/**
 * A WebSocket client as cheap as can be, so that a fleet of thousands leaves the machine to the server: frames are
 * looked at where the kernel put them, and nothing is allocated for one.
 */
export class SocketClient {
  #socket;
  #rest;
  #accepted = false;
  #opened = Promise.withResolvers();

  /** `onText(buffer, start, length, atUs)` sees every text frame in place; `onClose(code)` the end, 1006 without a goodbye. */
  constructor({ port, path, protocol, now, onText, onClose }) {
    this.onText = onText;
    this.onClose = onClose;
    this.now = now;
    this.closeCode = 1006;
    const buffer = shared;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer, callback: (length, data) => this.#read(length, data) },
    });
    this.#socket.once('connect', () => {
      this.#socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
          `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
      );
    });
    this.#socket.on('error', (error) => this.#opened.reject(error));
    this.#socket.once('close', () => {
      this.#opened.reject(new Error('the socket was closed in the handshake'));
      this.onClose(this.closeCode);
    });
    this.#opened.promise.catch(() => undefined);
  }

  /** The port that the server sees. */
  get localPort() {
    return this.#socket.localPort;
  }

  /** Resolves when the server has agreed to be a WebSocket. */
  get opened() {
    return this.#opened.promise;
  }

  /** Sends a message. The mask of zeros is a legal one, and leaves the bytes as they are. */
  send(message) {
    this.#write(TEXT, Buffer.from(JSON.stringify(message)));
  }

  /** Says goodbye with a code. */
  close(code = 1000) {
    this.#write(CLOSE, Buffer.from([code >> 8, code & 255]));
  }

  /** Cuts the connection without a goodbye. */
  destroy() {
    this.#socket.destroy();
  }

  /** Stops reading, as a program that hangs does: the kernel's buffers fill, then the server's. */
  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  #write(opcode, payload) {
    const { length } = payload;
    const head = Buffer.alloc(length < 126 ? 6 : 8);
    head[0] = 0x80 | opcode;
    if (length < 126) head[1] = 0x80 | length;
    else {
      head[1] = 0x80 | 126;
      head.writeUInt16BE(length, 2);
    }
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #read(length, data) {
    let buffer = data;
    let end = length;
    if (this.#rest !== undefined) {
      buffer = Buffer.concat([this.#rest, data.subarray(0, length)]);
      end = buffer.length;
      this.#rest = undefined;
    }
    let at = this.#accepted ? 0 : this.#handshake(buffer, end);
    const atUs = this.now();
    while (this.#accepted && end - at >= 2) {
      let size = buffer[at + 1] & 127;
      let start = at + 2;
      if (size === 126) {
        if (end - at < 4) break;
        size = (buffer[at + 2] << 8) | buffer[at + 3];
        start = at + 4;
      } else if (size === 127) {
        if (end - at < 10) break;
        size = buffer.readUInt32BE(at + 6);
        start = at + 10;
      }
      if (start + size > end) break;
      const opcode = buffer[at] & 15;
      if (opcode === TEXT) this.onText(buffer, start, size, atUs);
      else this.#control(opcode, buffer.subarray(start, start + size));
      at = start + size;
    }
    if (at < end) this.#rest = Buffer.from(buffer.subarray(at, end));
    return true;
  }

  /** Gives where the frames begin; 0 while the answer is not complete. */
  #handshake(buffer, end) {
    const head = buffer.toString('latin1', 0, end);
    const headEnd = head.indexOf('\r\n\r\n');
    if (headEnd < 0) return 0;
    if (head.startsWith('HTTP/1.1 101')) {
      this.#accepted = true;
      this.#opened.resolve();
      return headEnd + 4;
    }
    this.#opened.reject(new Error(`refused with ${head.slice(9, 12)}`));
    this.#socket.destroy();
    return end;
  }

  #control(opcode, payload) {
    if (opcode === PING) this.#write(PONG, Buffer.from(payload));
    if (opcode !== CLOSE) return;
    this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.#write(CLOSE, Buffer.from(payload.subarray(0, 2)));
    this.#socket.end();
  }
}

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { outcome } from '../outcome.mjs';
import { frame, FrameReader, OPCODE } from './frames.mjs';
import { forwarded } from './http.mjs';

/** The code that stands for a connection which ended without a closing frame. */
const ABNORMAL = 1_006;
const ANSWER_WITHIN_MS = 3_000;

/** A TCP connection on which everything can be said, right or wrong, and which reads frames after an upgrade. */
export class RawConnection {
  head = '';
  messages = [];
  pongs = 0;
  /** Set: pings of the server stay unanswered. */
  isDeaf = false;
  closeCode;
  closeReason = '';
  #started = performance.now();
  #reader = new FrameReader();
  #upgraded = false;
  #listeners = new Set();

  constructor(server) {
    this.tcp = connect(server.port, server.host);
    this.tcp.on('data', (data) => this.#take(data));
    this.tcp.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.tcp.once('close', () => resolve()));
    void this.ended.then(() => this.#tell());
  }

  /** An upgraded connection; with `init` also acknowledged. */
  static async upgraded(target, { init = true, ...options } = {}) {
    const raw = new RawConnection(target.server);
    raw.write(handshake(target, options));
    await raw.until(() => raw.isAnswered);
    if (init) {
      raw.text({ type: 'connection_init' });
      await raw.until(() => raw.messages.some(({ type }) => type === 'connection_ack'));
      raw.mark();
    }
    return raw;
  }

  /** The server has answered the request for a socket, one way or the other. */
  get isAnswered() {
    return this.#upgraded || this.head.includes('\r\n\r\n');
  }

  get isOpen() {
    return this.#upgraded && this.closeCode === undefined && !this.isOver;
  }

  get isOver() {
    return this.tcp.destroyed || this.tcp.readableEnded;
  }

  /** From now on `ms` counts. */
  mark() {
    this.#started = performance.now();
  }

  write(data) {
    this.tcp.write(data);
  }

  text(message) {
    this.write(frame(OPCODE.text, typeof message === 'string' ? message : JSON.stringify(message)));
  }

  /** Resolves with whether the condition came true before the connection ended and within the time. */
  async until(condition, withinMs = ANSWER_WITHIN_MS) {
    if (condition()) return true;
    return new Promise((resolve) => {
      const finish = (found) => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve(found);
      };
      const look = () => {
        if (condition()) finish(true);
        else if (this.isOver) finish(false);
      };
      const timer = setTimeout(() => finish(false), withinMs);
      this.#listeners.add(look);
    });
  }

  /** What has happened once the server ended it, or once `withinMs` have gone by without that. */
  async finish(withinMs = ANSWER_WITHIN_MS, note) {
    await this.until(() => this.closeCode !== undefined || this.isOver, withinMs);
    const ms = performance.now() - this.#started;
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(this.head)?.[1]) || undefined;
    const over = this.closeCode !== undefined || this.isOver;
    this.tcp.destroy();
    return outcome({
      ...(status !== undefined && status !== 101 && { status }),
      messages: this.messages,
      ...(over && this.#upgraded && { close: this.closeCode ?? ABNORMAL }),
      ended: over,
      texts: [this.head, this.closeReason, ...this.messages.map((message) => JSON.stringify(message))],
      ms,
      ...(note !== undefined && { note }),
    });
  }

  #take(data) {
    let rest = data;
    if (!this.#upgraded) {
      this.head += data.toString('latin1');
      const end = this.head.indexOf('\r\n\r\n');
      if (end < 0 || !this.head.startsWith('HTTP/1.1 101')) return this.#tell();
      rest = Buffer.from(this.head.slice(end + 4), 'latin1');
      this.head = this.head.slice(0, end);
      this.#upgraded = true;
    }
    for (const { opcode, payload } of this.#reader.read(rest)) {
      if (opcode === OPCODE.text) this.messages.push(JSON.parse(payload.toString()));
      else if (opcode === OPCODE.pong) this.pongs += 1;
      else if (opcode === OPCODE.ping && !this.isDeaf) this.write(frame(OPCODE.pong, payload));
      else if (opcode === OPCODE.close) {
        this.closeCode = payload.length < 2 ? 1_005 : payload.readUInt16BE(0);
        this.closeReason = payload.subarray(2).toString();
      }
    }
    this.#tell();
  }

  #tell() {
    for (const look of [...this.#listeners]) look();
  }
}

/** The text that asks for a socket. `headers` replace those of a well-behaved client; undefined leaves one out. */
export function handshake({ server, address }, { path = '/graphql', headers = {} } = {}) {
  const all = {
    Host: `${server.host}:${server.port}`,
    Origin: `http://${server.host}:${server.port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': 'graphql-transport-ws',
    ...forwarded(address),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [`${name}: ${one}`])),
  );
  return [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

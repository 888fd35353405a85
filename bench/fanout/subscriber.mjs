import { randomUUID } from 'node:crypto';
import { MOMENT_DIGITS, SEQ_DIGITS, SUBSCRIPTION, eventOf, nowUs } from './event.mjs';
import { SocketClient } from '../support/socket-client.mjs';

const COLON = 58;
const DIGIT = 48;
/** One frame in so many is parsed whole and compared field by field. */
const PARSE_EVERY = 997;
const TAIL = '"}}}}'.length;

/** What all subscribers of the fleet share: counts, and the distribution of the times that deliveries took. */
export class Tally {
  received = 0;
  joined = 0;
  missing = 0;
  /** Events that came a second time, or after a later one. */
  doubled = 0;
  wrong = 0;
  parsed = 0;
  ended = 0;
  firstTrouble = undefined;
  /** Set while times are taken: called with the microseconds of each delivery. */
  onTime = undefined;
  /** Called when `received` has come to `progressAt`. */
  onProgress = () => undefined;
  progressAt = Number.POSITIVE_INFINITY;

  take() {
    this.received += 1;
    if (this.received === this.progressAt) this.onProgress();
  }

  trouble(what) {
    this.firstTrouble ??= what;
  }
}

/** One socket with one subscription that must get every event, or every `stride`-th, once and in order. */
export class Subscriber {
  #client;
  #id = randomUUID();
  #idStart = 0;
  #idEnd = 0;
  #tally;
  #acknowledged = Promise.withResolvers();
  #expected = 0;
  #stride;
  #length = 0;

  /** With a stride other than 1 the events wanted are those of one market. `isStored`: they come from a real database. */
  constructor({ port, tally, filter, stride, isStored = false }) {
    this.port = port;
    this.isStored = isStored;
    this.filter = filter;
    this.#tally = tally;
    this.#stride = stride;
    const bytes = Buffer.from(this.#id);
    this.#idStart = bytes.readUInt32LE(0);
    this.#idEnd = bytes.readUInt32LE(32);
    this.#acknowledged.promise.catch(() => undefined);
    this.leaving = false;
  }

  /** Connects, shakes hands and subscribes. That the subscription is in effect shows with its first event. */
  async join() {
    const client = new SocketClient({
      port: this.port,
      path: '/graphql',
      protocol: 'graphql-transport-ws',
      now: nowUs,
      onText: (buffer, start, length, atUs) => this.#onText(buffer, start, length, atUs),
      onClose: (code) => this.#onClose(code),
    });
    this.#client = client;
    await client.opened;
    client.send({ type: 'connection_init' });
    await this.#acknowledged.promise;
    const { filter } = this;
    client.send({
      id: this.#id,
      type: 'subscribe',
      payload: { query: SUBSCRIPTION, operationName: 'Fan', variables: { ...(filter && { filter }) } },
    });
  }

  leave() {
    this.leaving = true;
    this.#client?.destroy();
  }

  /** Number of the event to come next; 0 before the first. */
  get expected() {
    return this.#expected;
  }

  #onText(buffer, start, length, atUs) {
    const momentAt = start + length - TAIL - MOMENT_DIGITS;
    const seqAt = momentAt - 1 - SEQ_DIGITS;
    const known =
      length === this.#length &&
      buffer[momentAt - 1] === COLON &&
      buffer[seqAt - 1] === COLON &&
      buffer.readUInt32LE(start + 7) === this.#idStart &&
      buffer.readUInt32LE(start + 39) === this.#idEnd;
    if (!known && !this.#learn(buffer.toString('utf8', start, start + length))) return;
    const tally = this.#tally;
    const seq = number(buffer, seqAt, SEQ_DIGITS);
    this.#count(seq);
    tally.take();
    const momentUs = number(buffer, momentAt, MOMENT_DIGITS);
    tally.onTime?.(atUs - momentUs);
    if (tally.received % PARSE_EVERY === 0)
      this.#compare(buffer.toString('utf8', start, start + length), seq, momentUs);
  }

  #count(seq) {
    const tally = this.#tally;
    if (this.#expected === 0) tally.joined += 1;
    else if (seq < this.#expected) {
      tally.doubled += 1;
      tally.trouble(`event ${seq} came when ${this.#expected} was due`);
      return;
    } else if (seq > this.#expected) {
      tally.missing += (seq - this.#expected) / this.#stride;
      tally.trouble(`event ${seq} came when ${this.#expected} was due`);
    }
    this.#expected = seq + this.#stride;
  }

  /** The first event, and everything that is none. True for an event. */
  #learn(text) {
    const message = JSON.parse(text);
    if (message.type === 'next' && message.id === this.#id && !message.payload.errors) {
      this.#length = Buffer.byteLength(text);
      this.#compare(text);
      return true;
    }
    if (message.type === 'connection_ack') this.#acknowledged.resolve();
    else if (message.type === 'ping') this.#client.send({ type: 'pong' });
    else this.#tally.trouble(`unexpected message ${text.slice(0, 400)}`);
    if (message.type === 'error' || message.type === 'complete') this.#tally.ended += 1;
    if (message.type === 'next') this.#tally.wrong += 1;
    return false;
  }

  #compare(text, seq, momentUs) {
    const { id, type, payload } = JSON.parse(text);
    const got = payload.data.liquidationAdded;
    const parts = got.id.split(':');
    const made = eventOf(seq ?? Number(parts[2]), momentUs ?? Number(parts[3]));
    // A database gives its own cursors, and times are those of its clock.
    const wanted = this.isStored ? { ...made, cursor: got.cursor, timestamp: got.timestamp } : made;
    const same = id === this.#id && type === 'next' && JSON.stringify(got) === JSON.stringify(wanted);
    this.#tally.parsed += 1;
    if (same) return;
    this.#tally.wrong += 1;
    this.#tally.trouble(`got ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  }

  #onClose(code) {
    this.#acknowledged.reject(new Error(`closed with ${code}`));
    if (this.leaving) return;
    this.#tally.ended += 1;
    this.#tally.trouble(`a socket was closed with ${code}`);
  }
}

/** The decimal number in `digits` bytes. */
function number(buffer, at, digits) {
  let value = 0;
  for (let end = at + digits, n = at; n < end; n += 1) value = value * 10 + buffer[n] - DIGIT;
  return value;
}

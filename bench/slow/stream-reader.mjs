import { MOMENT_DIGITS, SEQ_DIGITS, nowUs } from '../fanout/event.mjs';
import { SocketClient } from '../support/socket-client.mjs';

/** Some 550 bytes a frame. The id comes last: number and moment of the event stand at its end. */
const SUBSCRIPTION =
  'subscription ($after: Cursor) { liquidationAdded(after: $after) { cursor venue symbol venueSymbol baseAsset ' +
  'liquidatedSide side quantity quantityFormatted price averagePrice priceUsed notionalUsd notionalUsdFormatted ' +
  'timestamp receivedAt committedAt displayTime id } }';

const TAIL = '"}}}}'.length;
const COLON = 58;
const BRACE = 125;
const DIGIT = 48;

/** Counts of all readers of a process. */
export class ReaderTally {
  received = 0;
  missing = 0;
  doubled = 0;
  slowErrors = 0;
  /** SLOW_CONSUMER errors whose cursor is not the one received last. */
  wrongCursors = 0;
  codes = {};
  firstTrouble = undefined;
  /** Called with the microseconds of each delivery while it is set. */
  onTime = undefined;

  trouble(what) {
    this.firstTrouble ??= what;
  }
}

/** A subscriber who wants every event once and in order, over as many connections as it takes. */
export class StreamReader {
  #client;
  #last = Buffer.alloc(2_048);
  #lastLength = 0;
  #tally;
  #ended = Promise.withResolvers();
  /** Number of the event received last; 0 before the first. */
  number = 0;
  /** Called after each event. */
  onEvent = undefined;

  constructor(tally) {
    this.#tally = tally;
  }

  /** Connects, and goes on after the event received last. Resolves when it has asked. */
  async connect(port) {
    this.#ended = Promise.withResolvers();
    const ended = this.#ended;
    const acknowledged = Promise.withResolvers();
    this.acknowledge = acknowledged.resolve;
    const client = new SocketClient({
      port,
      path: '/graphql',
      protocol: 'graphql-transport-ws',
      now: nowUs,
      onText: (buffer, start, length, atUs) => this.#onText(buffer, start, length, atUs),
      onClose: (code) => {
        acknowledged.reject(new Error(`closed with ${code}`));
        ended.resolve(code);
      },
    });
    this.#client = client;
    await client.opened;
    client.send({ type: 'connection_init' });
    await acknowledged.promise;
    const after = this.cursor;
    client.send({
      id: '1',
      type: 'subscribe',
      payload: { query: SUBSCRIPTION, variables: { ...(after && { after }) } },
    });
  }

  /** Resolves with the close code when the connection is over. */
  get ended() {
    return this.#ended.promise;
  }

  get localPort() {
    return this.#client.localPort;
  }

  pause() {
    this.#client.pause();
  }

  resume() {
    this.#client.resume();
  }

  leave() {
    this.#client.destroy();
  }

  /** Of the event received last. */
  get cursor() {
    if (this.#lastLength === 0) return undefined;
    return JSON.parse(this.#last.toString('utf8', 0, this.#lastLength)).payload.data.liquidationAdded.cursor;
  }

  #onText(buffer, start, length, atUs) {
    const momentAt = start + length - TAIL - MOMENT_DIGITS;
    const numberAt = momentAt - 1 - SEQ_DIGITS;
    const isEvent =
      length > 300 &&
      buffer[momentAt - 1] === COLON &&
      buffer[numberAt - 1] === COLON &&
      buffer[start + length - 4] === BRACE;
    if (!isEvent) {
      this.#onMessage(JSON.parse(buffer.toString('utf8', start, start + length)));
      return;
    }
    this.#count(decimal(buffer, numberAt, SEQ_DIGITS));
    buffer.copy(this.#last, 0, start, start + length);
    this.#lastLength = length;
    this.#tally.received += 1;
    this.#tally.onTime?.(atUs - decimal(buffer, momentAt, MOMENT_DIGITS));
    this.onEvent?.();
  }

  #count(number) {
    const due = this.number === 0 ? number : this.number + 1;
    if (number < due) {
      this.#tally.doubled += 1;
      this.#tally.trouble(`event ${number} came when ${due} was due`);
      return;
    }
    if (number > due) {
      this.#tally.missing += number - due;
      this.#tally.trouble(`event ${number} came when ${due} was due`);
    }
    this.number = number;
  }

  #onMessage(message) {
    if (message.type === 'connection_ack') this.acknowledge();
    else if (message.type === 'ping') this.#client.send({ type: 'pong' });
    else if (message.type === 'error' && message.payload[0]?.extensions?.code === 'SLOW_CONSUMER') {
      this.#tally.slowErrors += 1;
      if (message.payload[0].extensions.cursor !== this.cursor) this.#tally.wrongCursors += 1;
    } else if (message.type !== 'pong')
      this.#tally.trouble(`unexpected ${JSON.stringify(message).slice(0, 400)}`);
  }
}

/** The decimal number in `digits` bytes. */
function decimal(buffer, at, digits) {
  let value = 0;
  for (let end = at + digits, n = at; n < end; n += 1) value = value * 10 + buffer[n] - DIGIT;
  return value;
}

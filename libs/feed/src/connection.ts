import { WebSocket } from 'ws';
import { type Clock, type Timer } from './clock.js';
import {
  failedToConnect,
  lost,
  silent,
  unintelligible,
  unsubscribable,
  type ConnectionFailure,
} from './connection-failure.js';
import { type ConnectionListener } from './connection-listener.js';
import { FrameQuality } from './frame-quality.js';
import { readFrame, sampleOf, type Frame } from './read-frame.js';
import { Liveness } from './liveness.js';
import { openSocket } from './open-socket.js';
import { plainText } from './plain-text.js';
import { SendPacer } from './send-pacer.js';
import { type SocketProtocol } from './socket-protocol.js';
import { ACK_WITHIN_MS, SubscriptionLedger } from './subscription-ledger.js';

/** How long a replaced connection may take to say goodbye before it is cut. */
const GOODBYE_MS = 5_000;
/** How long a topic that the venue refused is left alone before it is asked for again. */
export const REFUSED_RETRY_MS = 300_000;
/** As much of a venue's own words as a reason carries on. */
const REASON_CHARACTERS = 200;

/** What a connection is made of. */
export interface ConnectionParts {
  readonly protocol: SocketProtocol;
  readonly clock: Clock;
  readonly listener: ConnectionListener<Connection>;
  /** Control topic included. */
  readonly topics: ReadonlySet<string>;
}

/**
 * One WebSocket from handshake to end: subscribes, reads, watches over life and data, and fails at most once. It never
 * connects again: each generation of a LiveSocket is an object of its own, so nothing of an earlier one, late frames
 * above all, can be taken for the newest one's.
 */
export class Connection {
  /** Resolves when the socket below is gone, however that came about. */
  readonly closed: Promise<void>;
  /** Monotonic ms of the end of the handshake. */
  openedAtMs: number | undefined;
  readonly #host: string;
  readonly #socket: WebSocket;
  readonly #pacer: SendPacer;
  readonly #ledger: SubscriptionLedger;
  readonly #liveness: Liveness;
  readonly #quality: FrameQuality;
  #topics: ReadonlySet<string>;
  /** Wanted topics that the venue does not carry, and when it first said so. Epoch ms. */
  readonly #refusedSince = new Map<string, number>();
  #refusedRetry: Timer | undefined;
  #goodbye: Timer | undefined;
  #controlRefusal: string | undefined;
  #settled = false;
  #over = false;
  #readySinceMs: number | undefined;
  #lastGoodAgeMs = 0;
  #lastGoodMs: number | undefined;

  constructor(private readonly parts: ConnectionParts) {
    const { protocol, clock, topics } = parts;
    this.#host = new URL(protocol.url).host;
    this.#topics = topics;
    this.#quality = new FrameQuality(clock);
    this.#pacer = new SendPacer(clock, protocol.sendPaceMs);
    this.#ledger = this.#makeLedger();
    this.#liveness = this.#makeLiveness();
    this.#socket = openSocket(protocol, clock, (failure) => this.#fail(failure));
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => {
        this.#goodbye?.cancel();
        this.#fail(lost(`${this.#host} closed the connection (${closeWords(code, reason)})`));
        resolve();
      });
    });
    this.#listen();
  }

  /** Epoch ms of the last data or control frame, once the connection was ready. */
  get lastGoodMs(): number | undefined {
    return this.#readySinceMs === undefined ? undefined : this.#lastGoodMs;
  }

  /** Wanted topics the venue refused here and has not acknowledged since, with the epoch ms of the first refusal. */
  get refusedSince(): ReadonlyMap<string, number> {
    return this.#refusedSince;
  }

  /** For how many ms data flowed with every topic answered. */
  get healthyForMs(): number {
    return this.#readySinceMs === undefined ? 0 : this.#lastGoodAgeMs - this.#readySinceMs;
  }

  /** Changes what is subscribed. */
  want(topics: ReadonlySet<string>): void {
    this.#topics = topics;
    for (const topic of this.#refusedSince.keys()) if (!topics.has(topic)) this.#refusedSince.delete(topic);
    if (this.#socket.readyState === WebSocket.OPEN) this.#ledger.want(topics);
  }

  /** Ends a connection that is no longer needed: a clean goodbye, cut off if it is not returned. */
  retire(): void {
    if (this.#over) return;
    this.#end();
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate();
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(1000);
    this.#goodbye = this.parts.clock.after(GOODBYE_MS, () => this.#socket.terminate());
  }

  /** Ends it now: says goodbye without waiting for the answer. */
  abandon(): void {
    this.#end();
    this.#goodbye?.cancel();
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(1000);
    this.#socket.terminate();
  }

  #listen(): void {
    const { listener, clock } = this.parts;
    this.#socket.on('open', () => {
      if (this.#over) return;
      this.openedAtMs = clock.monotonicMs();
      this.#liveness.open();
      listener.opened(this);
      this.#ledger.want(this.#topics);
    });
    this.#socket.on('message', (data, isBinary) => {
      // With the default `binaryType` every message is one Buffer.
      if (this.#over) listener.lateFrame();
      else this.#receive({ bytes: data as Buffer, isBinary });
    });
    this.#socket.on('ping', () => this.#liveness.frameArrived());
    this.#socket.on('pong', () => this.#liveness.frameArrived());
    this.#socket.on('error', (error) => this.#broke(error));
  }

  #receive(frame: Frame): void {
    this.parts.listener.frame();
    this.#quality.add();
    this.#act(frame);
    if (!this.#over) this.#liveness.frameArrived();
  }

  #act(frame: Frame): void {
    const reading = readFrame(this.parts.protocol, frame);
    switch (reading.kind) {
      case 'data':
      case 'control':
        this.#dataArrived(reading.message);
        break;
      case 'acknowledged':
        if (reading.restUnknown === true) this.#ledger.acknowledgeSome(reading.id, reading.topics ?? []);
        else this.#ledger.acknowledge(reading.id, reading.topics);
        break;
      case 'refused':
        if (!this.#ledger.refuse(plainText(reading.reason, REASON_CHARACTERS), reading.id, reading.topics)) {
          this.#unreadable('refusal of nothing that was asked', frame);
        }
        break;
      case 'closing': {
        const reason = `${this.#host} will close soon: ${plainText(reading.reason, REASON_CHARACTERS)}`;
        this.parts.listener.replaceable(this, reason);
        break;
      }
      case 'unreadable':
        this.#unreadable(reading.reason, frame);
        break;
      case 'pong':
      case 'ignored':
        break;
    }
  }

  #dataArrived(message: unknown): void {
    const receivedTimeMs = this.parts.clock.nowMs();
    this.#lastGoodAgeMs = this.parts.clock.monotonicMs();
    this.#lastGoodMs = receivedTimeMs;
    this.#liveness.dataArrived();
    if (this.#settled && this.#readySinceMs === undefined) {
      this.#readySinceMs = this.#lastGoodAgeMs;
      this.parts.listener.ready(this);
    }
    this.parts.listener.data(message, receivedTimeMs);
  }

  #unreadable(reason: string, frame: Frame): void {
    this.parts.listener.unreadable(reason, () => sampleOf(frame));
    if (!this.#quality.addBad()) return;
    this.#fail(unintelligible(`${this.#host}: more than 1 % of the frames of a minute cannot be read`));
  }

  /** An error of the socket: of the network, or of a frame that ws itself refuses. Both end the connection. */
  #broke(error: Error): void {
    if (this.#over) return;
    const code = 'code' in error ? String(error.code) : '';
    if (this.openedAtMs === undefined) {
      this.#fail(failedToConnect(this.#host, error));
    } else if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
      this.parts.listener.unreadable('frame too large', () => error.message);
      this.#fail(
        unintelligible(`${this.#host} sent a frame above ${this.parts.protocol.maxFrameBytes} bytes`),
      );
    } else if (code.startsWith('WS_ERR_')) {
      this.parts.listener.unreadable('broken WebSocket frame', () => `${code}: ${error.message}`);
      this.#fail(unintelligible(`${this.#host} broke the WebSocket protocol: ${error.message}`));
    } else {
      this.#fail(lost(`the connection to ${this.#host} broke: ${error.message}`));
    }
  }

  #makeLedger(): SubscriptionLedger {
    const { protocol, clock, listener } = this.parts;
    return new SubscriptionLedger({
      protocol,
      clock,
      pacer: this.#pacer,
      write: (text) => this.#socket.send(text),
      onSettled: () => this.#settle(),
      onRefused: (topic, reason) => {
        if (topic === protocol.controlTopic) this.#controlRefusal = reason;
        this.#refused(topic, reason);
      },
      onUnanswered: (topics, final) => {
        listener.unanswered();
        if (final) this.#giveUp(topics);
      },
    });
  }

  #makeLiveness(): Liveness {
    const { protocol, clock, listener } = this.parts;
    const { heartbeat, controlStaleMs } = protocol;
    const noData = `no data from ${this.#host} for ${seconds(controlStaleMs)}`;
    return new Liveness({
      clock,
      heartbeat,
      controlStaleMs,
      probe: (sent) => this.#pacer.sendFirst(() => this.#sendHeartbeat(sent)),
      onStale: () => listener.stale(this, `${noData}; asking whether anyone is there`),
      onFresh: () => listener.fresh(this),
      onSilent: () =>
        this.#fail(silent(`${noData}, though it acknowledged the subscription${this.#excuse()}`)),
      onDead: () => {
        this.#fail(
          lost(`${this.#host} did not answer a heartbeat within ${seconds(heartbeat.answerWithinMs)}`),
        );
      },
    });
  }

  #sendHeartbeat(sent: () => void): void {
    const { text } = this.parts.protocol.heartbeat;
    if (text === undefined) this.#socket.ping();
    else this.#socket.send(text);
    sent();
  }

  /** Every topic is answered. A connection that carries nothing but its control topic is of no use. */
  #settle(): void {
    const { controlTopic } = this.parts.protocol;
    const wantsMore = [...this.#topics].some((topic) => topic !== controlTopic);
    if (wantsMore && !this.#ledger.holdsAnyBut(controlTopic)) {
      this.#fail(unsubscribable(`${this.#host} refuses every topic`));
    } else if (!this.#settled) {
      this.#settled = true;
      this.#liveness.expectData();
    }
    if (!this.#over) this.#lookAtRefused();
  }

  #refused(topic: string, reason: string): void {
    if (this.#topics.has(topic) && !this.#refusedSince.has(topic))
      this.#refusedSince.set(topic, this.parts.clock.nowMs());
    this.parts.listener.refused(topic, reason);
  }

  /** A refusal need not be for ever: contracts are listed before their streams, and venues have bad minutes. */
  #lookAtRefused(): void {
    for (const topic of this.#refusedSince.keys())
      if (this.#ledger.holds(topic)) this.#refusedSince.delete(topic);
    this.#refusedRetry?.cancel();
    if (this.#refusedSince.size > 0) {
      this.#refusedRetry = this.parts.clock.after(REFUSED_RETRY_MS, () => this.#ledger.askForRefused());
    }
    this.parts.listener.answered(this);
  }

  /** Topics stayed unanswered twice. What already flows is kept until a new connection can do better. */
  #giveUp(topics: readonly string[]): void {
    const reason = `not acknowledged within ${seconds(ACK_WITHIN_MS)}, twice`;
    if (this.#readySinceMs === undefined) {
      this.#fail(unsubscribable(`${this.#host}: ${topics.length} topics ${reason}`));
      return;
    }
    for (const topic of topics) this.#refused(topic, reason);
    this.parts.listener.replaceable(this, `${this.#host}: ${topics.length} topics ${reason}`);
  }

  #excuse(): string {
    return this.#controlRefusal === undefined ? '' : ` (control topic refused: ${this.#controlRefusal})`;
  }

  #fail(failure: ConnectionFailure): void {
    if (this.#over) return;
    this.#end();
    this.#socket.terminate();
    this.parts.listener.failed(this, failure);
  }

  #end(): void {
    this.#over = true;
    this.#pacer.stop();
    this.#refusedRetry?.cancel();
    this.#ledger.stop();
    this.#liveness.stop();
  }
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}

function closeWords(code: number, reason: Buffer): string {
  const text = plainText(reason.toString(), 100);
  return text === '' ? String(code) : `${code}: ${text}`;
}

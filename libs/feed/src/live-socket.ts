import { type Timer } from './clock.js';
import { Connection } from './connection.js';
import { type ConnectionListener } from './connection-listener.js';
import { type ConnectionFailure } from './connection-failure.js';
import { type LiveSocketOptions } from './live-socket-options.js';
import { plainText } from './plain-text.js';
import { RareReport } from './rare-report.js';
import { MissingTopics } from './missing-topics.js';
import { OutageLog } from './outage-log.js';
import { RetryPlan } from './retry-plan.js';
import { type SocketCounters, type SocketStatus } from './socket-status.js';
import { Succession } from './succession.js';

const SAMPLE_CHARACTERS = 200;

/** The counters kept here, still writable. */
type Counts = Record<Exclude<keyof SocketCounters, 'unreadable'>, number>;

/**
 * A market data connection that stays: whatever a venue or the network does, it comes back at a polite pace, takes its
 * topics with it, says what state it is in and tells exactly when nothing could be received. Before a connection
 * grows too old the next one is opened beside it; both deliver for a while, and what comes twice is told apart by the
 * unique key of an event further down.
 */
export class LiveSocket {
  readonly #options: LiveSocketOptions;
  readonly #host: string;
  readonly #retry: RetryPlan;
  readonly #succession: Succession;
  readonly #outages: OutageLog;
  readonly #missing: MissingTopics;
  readonly #unreadable: RareReport;
  readonly #handlerErrors: RareReport;
  readonly #listener: ConnectionListener<Connection>;
  /** Every connection whose socket is not gone yet; at most three, and for seconds more. */
  readonly #connections = new Set<Connection>();
  readonly #refused = new Map<string, string>();
  readonly #counts: Counts = {
    frames: 0,
    dataFrames: 0,
    connections: 0,
    reconnects: 0,
    rollovers: 0,
    lateFrames: 0,
    unansweredRequests: 0,
    refusals: 0,
    handlerErrors: 0,
  };
  #topics: ReadonlySet<string>;
  #status: SocketStatus;
  #holdStateUntilData = false;
  #started = false;
  #retryTimer: Timer | undefined;
  #lastDataMs: number | undefined;
  #stopped: Promise<void> | undefined;

  /** Throws TypeError when the protocol's address is none. Nothing happens before `start`. */
  constructor(options: LiveSocketOptions) {
    const { protocol, clock, random } = options;
    this.#options = options;
    this.#host = new URL(protocol.url).host;
    this.#topics = new Set([protocol.controlTopic, ...options.topics]);
    this.#status = { state: 'CONNECTING', reason: `connecting to ${this.#host}` };
    this.#retry = new RetryPlan(clock, random);
    this.#outages = new OutageLog((outage) => this.#call(() => options.onOutage?.(outage)));
    this.#missing = new MissingTopics(clock, (outage) => this.#call(() => options.onOutage?.(outage)));
    this.#unreadable = new RareReport(clock);
    this.#handlerErrors = new RareReport(clock);
    this.#listener = this.#makeListener();
    this.#succession = new Succession({
      clock,
      random,
      maxAgeMs: protocol.maxAgeMs,
      retry: this.#retry,
      connect: () => this.#connect(),
      onReplaced: () => (this.#counts.rollovers += 1),
    });
  }

  /** What it says of itself now. */
  get status(): SocketStatus {
    return this.#status;
  }

  /** Epoch ms of the newest data or control frame of any of its connections; pings do not count. */
  get lastDataMs(): number | undefined {
    return this.#lastDataMs;
  }

  /** Topics the venue refused when last asked, with its reason. */
  get refusedTopics(): ReadonlyMap<string, string> {
    return this.#refused;
  }

  /** A snapshot of what was counted. */
  counters(): SocketCounters {
    return { ...this.#counts, unreadable: this.#unreadable.counts() };
  }

  /** Begins to connect. A second call does nothing; a stopped socket does not start again. */
  start(): void {
    if (this.#started || this.#stopped !== undefined) return;
    this.#started = true;
    this.#call(() => this.#options.onState(this.#status));
    this.#succession.begin();
  }

  /** Changes the wanted topics; only the difference is sent. Cheap when nothing changed. */
  setTopics(topics: readonly string[]): void {
    const next = new Set([this.#options.protocol.controlTopic, ...topics]);
    if (next.size === this.#topics.size && [...next].every((topic) => this.#topics.has(topic))) return;
    this.#topics = next;
    this.#refused.clear();
    for (const connection of this.#connections) connection.want(next);
    this.#lookAtMissing();
  }

  /** Ends it for good. When the promise is fulfilled no socket, timer or listener is left, and nothing is called. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#retryTimer?.cancel();
    this.#succession.stop();
    const connections = [...this.#connections];
    for (const connection of connections) connection.abandon();
    await Promise.all(connections.map((connection) => connection.closed));
  }

  #connect(): Connection {
    const connection = new Connection({
      protocol: this.#options.protocol,
      clock: this.#options.clock,
      listener: this.#listener,
      topics: this.#topics,
    });
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    return connection;
  }

  #makeListener(): ConnectionListener<Connection> {
    const counts = this.#counts;
    return {
      opened: (connection) => this.#opened(connection),
      ready: (connection) => this.#ready(connection),
      answered: (connection) => this.#answered(connection),
      data: (message, receivedTimeMs) => this.#deliver(message, receivedTimeMs),
      stale: (connection, reason) => {
        if (connection === this.#succession.current) this.#show({ state: 'STALE', reason });
      },
      fresh: (connection) => {
        if (connection === this.#succession.current) this.#showLive();
      },
      replaceable: (connection) => this.#succession.replace(connection),
      failed: (connection, failure) => this.#failed(connection, failure),
      frame: () => (counts.frames += 1),
      lateFrame: () => (counts.lateFrames += 1),
      unreadable: (reason, text) => this.#unreadableFrame(reason, text),
      refused: (topic, reason) => this.#topicRefused(topic, reason),
      unanswered: () => (counts.unansweredRequests += 1),
    };
  }

  #opened(connection: Connection): void {
    this.#counts.connections += 1;
    // The new connection asks for everything again, and the venue may have changed its mind.
    this.#refused.clear();
    this.#succession.opened(connection);
    if (connection !== this.#succession.current || this.#holdStateUntilData) return;
    this.#show({
      state: 'SYNCING',
      reason: `connected to ${this.#host}; waiting for acknowledgements and data`,
    });
  }

  #ready(connection: Connection): void {
    this.#succession.ready(connection);
    if (connection !== this.#succession.current) return;
    this.#holdStateUntilData = false;
    this.#outages.end(connection.lastGoodMs ?? this.#options.clock.nowMs());
    this.#lookAtMissing();
    this.#showLive();
  }

  #answered(connection: Connection): void {
    for (const topic of this.#refused.keys())
      if (!connection.refusedSince.has(topic)) this.#refused.delete(topic);
    this.#lookAtMissing();
  }

  /** What the connection that counts does not carry. While none is ready, the outage of the connection covers it. */
  #lookAtMissing(): void {
    const connection = this.#succession.current;
    if (connection?.lastGoodMs === undefined) return;
    const missing = new Map(connection.refusedSince);
    missing.delete(this.#options.protocol.controlTopic);
    this.#missing.look(missing);
  }

  #deliver(message: unknown, receivedTimeMs: number): void {
    this.#counts.dataFrames += 1;
    this.#lastDataMs = receivedTimeMs;
    if (message !== undefined) this.#call(() => this.#options.onMessage(message, receivedTimeMs));
  }

  #unreadableFrame(reason: string, text: () => string): void {
    const due = this.#unreadable.add(reason);
    this.#call(() => this.#options.onUnreadableFrame?.());
    if (due === undefined) return;
    const sample = plainText(text(), SAMPLE_CHARACTERS);
    this.#call(() => this.#options.onUnreadable?.({ ...due, sample }));
  }

  #topicRefused(topic: string, reason: string): void {
    this.#counts.refusals += 1;
    // What is asked for again every few minutes and refused in the same words is no news.
    if (this.#refused.get(topic) === reason) return;
    this.#refused.set(topic, reason);
    this.#call(() => this.#options.onRefused?.(topic, reason));
  }

  #failed(connection: Connection, failure: ConnectionFailure): void {
    const loss = this.#succession.failed(connection, failure);
    if (loss === 'none') {
      // A predecessor that takes over again may carry less.
      this.#lookAtMissing();
      return;
    }
    this.#holdStateUntilData = failure.untilData ?? false;
    // Outages are told apart by their cause, and that of the missing topics may be open.
    const cause = this.#missing.isOpen && failure.cause === 'SUBSCRIPTION' ? 'DISCONNECTED' : failure.cause;
    this.#outages.begin(connection.lastGoodMs, cause, failure.reason);
    if (loss === 'successor') this.#show({ state: failure.state, reason: failure.reason });
    else this.#tryAgain(failure);
  }

  #tryAgain(failure: ConnectionFailure): void {
    // Whoever was told of the outage may have stopped us.
    if (this.#stopped !== undefined) return;
    const { delayMs, untilMs } = this.#retry.after(failure);
    this.#retryTimer = this.#options.clock.after(delayMs, () => {
      this.#counts.reconnects += 1;
      this.#succession.begin();
    });
    const reason = `${failure.reason}; next try in ${Math.ceil(delayMs / 1_000)} s`;
    this.#show({ state: failure.state, reason, ...(untilMs !== undefined && { untilMs }) });
  }

  #showLive(): void {
    this.#show({ state: 'LIVE', reason: `data flows from ${this.#host}` });
  }

  #show(status: SocketStatus): void {
    const { state, reason, untilMs } = this.#status;
    if (status.state === state && status.reason === reason && status.untilMs === untilMs) return;
    this.#status = status;
    this.#call(() => this.#options.onState(status));
  }

  /** Calls out. What the other side throws is its own trouble: counted, told, and nothing else. */
  #call(task: () => void): void {
    if (this.#stopped !== undefined) return;
    try {
      task();
    } catch (error) {
      this.#counts.handlerErrors += 1;
      if (this.#handlerErrors.add(String(error)) === undefined) return;
      try {
        this.#options.onHandlerError?.(error);
      } catch {
        // Counted above; whoever cannot even take the report gets no second one.
      }
    }
  }
}

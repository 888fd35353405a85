import type { ClientConnection } from '../server/client-connection.js';
import { asObject, asTexts, parseJson, type JsonObject } from '../server/json-reading.js';
import { RateWindow } from '../server/rate-window.js';
import { cutWhenIdle } from '../server/idle-cut.js';
import { VenueSession } from '../server/venue-session.js';
import { every, type ScheduledTask, type Scheduler } from '../scheduler.js';
import type { BinanceLimits } from './binance-limits.js';
import { flowsOn, isForceOrder, type BinanceRoute } from './binance-streams.js';

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY'];

/** One Binance market connection: requests, message limit, pings, the 24 hours it may live. */
export class BinanceSession extends VenueSession {
  private readonly incoming: RateWindow;
  private readonly timers: ScheduledTask[];
  private lastPongMs: number;

  constructor(
    connection: ClientConnection,
    private readonly route: BinanceRoute,
    private combined: boolean,
    streams: readonly string[],
    private readonly limits: BinanceLimits,
    private readonly scheduler: Scheduler,
  ) {
    super(connection);
    this.incoming = new RateWindow(limits.messagesPerSecond, 1000);
    for (const stream of streams) this.topics.add(stream);
    this.lastPongMs = scheduler.nowMs();
    this.timers = [
      every(scheduler, limits.pingEveryMs, () => connection.ping(String(scheduler.nowMs()))),
      cutWhenIdle(
        scheduler,
        limits.pongWithinMs,
        () => this.lastPongMs,
        () => connection.close(1008, 'Pong timeout'),
      ),
      scheduler.after(limits.lifetimeMs, () => connection.close(1001, 'connection reached its age')),
    ];
  }

  override ended(): void {
    for (const timer of this.timers) timer.cancel();
  }

  override carries(topic: string): boolean {
    return this.topics.has(topic) && flowsOn(this.route, topic);
  }

  override hearsLiquidations(): boolean {
    return [...this.topics].some((topic) => isForceOrder(topic) && this.carries(topic));
  }

  override frame(payload: string, topic: string): string {
    return this.combined ? `{"stream":${JSON.stringify(topic)},"data":${payload}}` : payload;
  }

  override envelope(text: string): string {
    const wrapped = /^\s*\{\s*"stream"\s*:\s*"[^"]*"\s*,\s*"data"\s*:\s*/u.exec(text);
    if (wrapped && !this.combined) return text.slice(wrapped[0].length, text.lastIndexOf('}'));
    return wrapped !== null || !this.combined ? text : this.frame(text, '!forceOrder@arr');
  }

  override controlFrame(kind: 'PING' | 'PONG'): void {
    if (kind === 'PONG') this.lastPongMs = this.scheduler.nowMs();
    this.count();
  }

  override receive(text: string): void {
    if (!this.count()) return;
    const parsed = parseJson(text);
    if (parsed === undefined) {
      this.fail(3, 'Invalid JSON: expected value at line 1 column 1');
      return;
    }
    const request = asObject(parsed);
    if (!request) {
      this.fail(2, 'Invalid request: expected an object');
      return;
    }
    const { id, method } = request;
    if (typeof method !== 'string') {
      this.fail(2, 'Invalid request: missing field `method`');
      return;
    }
    if (!METHODS.includes(method)) {
      this.fail(2, `Invalid request: unknown variant \`${method}\``, id);
      return;
    }
    if (!Number.isInteger(id) || (id as number) < 0) {
      this.fail(2, 'Invalid request: request ID must be an unsigned integer');
      return;
    }
    this.answer(method, request, id as number);
  }

  private answer(method: string, request: JsonObject, id: number): void {
    const done = (result: unknown = null) => this.connection.reply(JSON.stringify({ result, id }));
    if (method === 'LIST_SUBSCRIPTIONS') {
      done([...this.topics]);
      return;
    }
    if (method.endsWith('_PROPERTY')) {
      this.property(method, request, id, done);
      return;
    }
    const streams = asTexts(request.params);
    if (!streams) {
      this.fail(2, 'Invalid request: params must be an array of stream names', id);
      return;
    }
    if (method === 'UNSUBSCRIBE') {
      for (const stream of streams) this.topics.delete(stream);
      done();
      return;
    }
    const wanted = new Set([...this.topics, ...streams]);
    if (wanted.size > this.limits.streamsPerConnection) {
      this.fail(2, `Invalid request: more than ${this.limits.streamsPerConnection} streams`, id);
      return;
    }
    for (const stream of streams) this.topics.add(stream);
    done();
  }

  private property(method: string, request: JsonObject, id: number, done: (result?: unknown) => void): void {
    const params: readonly unknown[] = Array.isArray(request.params) ? request.params : [];
    if (typeof params[0] !== 'string') {
      this.fail(2, 'Invalid request: property name must be a string', id);
      return;
    }
    if (params[0] !== 'combined') {
      this.fail(0, 'Unknown property', id);
      return;
    }
    if (method === 'GET_PROPERTY') {
      done(this.combined);
      return;
    }
    if (typeof params[1] !== 'boolean') {
      this.fail(1, 'Invalid value type: expected Boolean', id);
      return;
    }
    this.combined = params[1];
    done();
  }

  private fail(code: number, msg: string, id?: unknown): void {
    this.connection.reply(JSON.stringify({ code, msg, ...(id !== undefined && { id }) }));
  }

  /** Counts an incoming message; false when that was one too many and the connection is being closed. */
  private count(): boolean {
    const within = this.incoming.take(this.scheduler.nowMs());
    if (!within) this.connection.close(1008, 'Too many requests');
    return within;
  }
}

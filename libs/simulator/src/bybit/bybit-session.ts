import type { ClientConnection } from '../server/client-connection.js';
import { asObject, asTexts, parseJson, type JsonObject } from '../server/json-reading.js';
import { cutWhenIdle } from '../server/idle-cut.js';
import { VenueSession } from '../server/venue-session.js';
import type { ScheduledTask, Scheduler } from '../scheduler.js';
import type { BybitLimits } from './bybit-limits.js';

const CHANNELS = /^(?:allLiquidation|tickers|publicTrade|orderbook\.(?:1|50|200|1000)|kline\.\w+)\.([^.]+)$/u;

/** What a session asks of its venue. */
export interface BybitVenue {
  listed(venueSymbol: string): boolean;
  /** A topic was newly subscribed: a snapshot goes out where the channel has one. */
  welcome(session: BybitSession, topic: string): void;
}

/** One Bybit linear connection: request ids, op ping, bad topics by name, args by the character. */
export class BybitSession extends VenueSession {
  private readonly timer: ScheduledTask;
  private lastRequestMs: number;

  constructor(
    connection: ClientConnection,
    private readonly connId: string,
    private readonly venue: BybitVenue,
    private readonly limits: BybitLimits,
    private readonly scheduler: Scheduler,
  ) {
    super(connection);
    this.lastRequestMs = scheduler.nowMs();
    this.timer = cutWhenIdle(
      scheduler,
      limits.pingWithinMs,
      () => this.lastRequestMs,
      () => connection.close(1000, 'no ping'),
    );
  }

  override ended(): void {
    this.timer.cancel();
  }

  override frame(payload: string): string {
    return payload;
  }

  override hearsLiquidations(): boolean {
    return [...this.topics].some((topic) => topic.startsWith('allLiquidation.'));
  }

  override receive(text: string): void {
    this.lastRequestMs = this.scheduler.nowMs();
    const request = asObject(parseJson(text));
    if (!request) {
      this.answer(false, 'error:json parse error', '', {});
      return;
    }
    const op = typeof request.op === 'string' ? request.op : '';
    if (op === 'ping') {
      this.answer(true, 'pong', op, request);
      return;
    }
    if (op !== 'subscribe' && op !== 'unsubscribe') {
      this.answer(false, `error:request op not found,op:${op}`, op, request);
      return;
    }
    const topics = asTexts(request.args);
    if (!topics || topics.length === 0) {
      this.answer(false, 'error:args empty', op, request);
      return;
    }
    if (op === 'subscribe') {
      this.subscribe(topics, request);
      return;
    }
    for (const topic of topics) this.topics.delete(topic);
    this.answer(true, '', op, request);
  }

  private subscribe(topics: readonly string[], request: JsonObject): void {
    const characters = [...this.topics, ...topics].reduce((sum, topic) => sum + topic.length, 0);
    if (characters > this.limits.argsCharacters) {
      this.answer(false, `error:args size >${this.limits.argsCharacters}`, 'subscribe', request);
      return;
    }
    const bad = topics.findIndex((topic, at) => this.problemOf(topic, topics.slice(0, at)) !== undefined);
    const earlier = this.limits.failedBatch === 'EARLIER' ? topics.slice(0, bad) : [];
    const accepted = bad < 0 ? topics : earlier;
    for (const topic of accepted) this.topics.add(topic);
    const badTopic = topics[bad];
    const problem =
      badTopic === undefined
        ? ''
        : `error:${this.problemOf(badTopic, topics.slice(0, bad))},topic:${badTopic}`;
    this.answer(bad < 0, problem, 'subscribe', request);
    for (const topic of accepted) this.venue.welcome(this, topic);
  }

  private problemOf(topic: string, before: readonly string[]): string | undefined {
    if (this.topics.has(topic) || before.includes(topic)) return 'already subscribed';
    const symbol = CHANNELS.exec(topic)?.[1];
    return symbol !== undefined && this.venue.listed(symbol) ? undefined : 'handler not found';
  }

  private answer(success: boolean, retMsg: string, op: string, { req_id: id }: JsonObject): void {
    this.connection.reply(
      JSON.stringify({
        success,
        ret_msg: retMsg,
        conn_id: this.connId,
        req_id: typeof id === 'string' ? id : '',
        op,
      }),
    );
  }
}

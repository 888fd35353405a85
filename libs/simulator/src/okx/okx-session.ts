import type { ClientConnection } from '../server/client-connection.js';
import { asObject, parseJson, type JsonObject } from '../server/json-reading.js';
import { RateWindow } from '../server/rate-window.js';
import { cutWhenIdle } from '../server/idle-cut.js';
import { VenueSession } from '../server/venue-session.js';
import type { ScheduledTask, Scheduler } from '../scheduler.js';
import { isCandleChannel } from './okx-candles.js';
import { liquidationTopic } from './okx-frames.js';
import type { OkxLimits } from './okx-limits.js';

const INSTRUMENT_TYPES = ['SWAP', 'FUTURES', 'MARGIN', 'OPTION'];

/** Channels by instrument. Mark price, books and trades have streams of their own; the others speak when a recording does. */
const CHANNELS: ReadonlySet<string> = new Set([
  'mark-price',
  'tickers',
  'trades',
  'books',
  'books5',
  'bbo-tbt',
  'funding-rate',
  'open-interest',
  'index-tickers',
]);

/** What a session asks of its venue. */
export interface OkxVenue {
  listed(instId: string): boolean;
  /** True if a recording that is being played holds frames of the topic. */
  recorded(topic: string): boolean;
  /** A topic was subscribed, again or anew: what newcomers get goes out. */
  welcome(session: OkxSession, topic: string): void;
}

/** One OKX connection, to the public or the business service: per-arg answers, text heartbeat, the 30-second rule, 480 operations per hour. */
export class OkxSession extends VenueSession {
  private readonly operations: RateWindow;
  private readonly timers: ScheduledTask[];
  private lastPushMs: number;

  constructor(
    connection: ClientConnection,
    private readonly connId: string,
    private readonly venue: OkxVenue,
    private readonly limits: OkxLimits,
    private readonly scheduler: Scheduler,
    private readonly service: 'public' | 'business' = 'public',
  ) {
    super(connection);
    this.operations = new RateWindow(limits.operationsPerHour, 60 * 60_000);
    this.lastPushMs = scheduler.nowMs();
    const cut = () => this.connection.close(4004, 'No data received in 30s.');
    this.timers = [
      cutWhenIdle(scheduler, limits.idleMs, () => this.lastPushMs, cut),
      scheduler.after(limits.idleMs, () => {
        if (this.topics.size === 0) cut();
      }),
    ];
  }

  override ended(): void {
    for (const timer of this.timers) timer.cancel();
  }

  override hearsLiquidations(): boolean {
    return INSTRUMENT_TYPES.some((type) => this.topics.has(liquidationTopic(type)));
  }

  override frame(payload: string): string {
    this.lastPushMs = this.scheduler.nowMs();
    return payload;
  }

  override envelope(text: string): string {
    return this.frame(text);
  }

  override receive(text: string): void {
    if (text === 'ping') {
      this.answer('pong');
      return;
    }
    const request = asObject(parseJson(text));
    const args: readonly unknown[] | undefined = Array.isArray(request?.args) ? request.args : undefined;
    const op = request?.op;
    const known = op === 'subscribe' || op === 'unsubscribe';
    if (!request || !args || !known || Buffer.byteLength(JSON.stringify(args)) > this.limits.argsBytes) {
      this.fail('60012', `Invalid request: ${text.slice(0, 200)}`, request?.id);
      return;
    }
    if (!this.operations.take(this.scheduler.nowMs())) {
      this.fail('60014', 'Requests too frequent', request.id);
      return;
    }
    for (const arg of args) this.change(op, asObject(arg) ?? {}, request.id);
  }

  /** Announces that this connection will be closed for an upgrade, and closes it. */
  announceClose(): void {
    this.answer(
      JSON.stringify({
        event: 'notice',
        code: '64008',
        msg: 'The connection will soon be closed for a service upgrade. Please reconnect.',
        connId: this.connId,
      }),
    );
    this.timers.push(
      this.scheduler.after(this.limits.noticeLeadMs, () => this.connection.close(1001, 'service upgrade')),
    );
  }

  private change(op: 'subscribe' | 'unsubscribe', arg: JsonObject, id: unknown): void {
    const topic = this.topicOf(arg);
    if (topic === undefined) {
      const named = Object.entries(arg).map(([name, value]) => `${name}:${String(value)}`);
      this.fail('60018', `Wrong URL or ${named.join(',')} doesn't exist`, id);
      return;
    }
    // An instFamily is dropped without a word: every contract of the type arrives.
    const accepted = { ...arg };
    delete accepted.instFamily;
    if (op === 'subscribe') this.topics.add(topic);
    else this.topics.delete(topic);
    this.answer(JSON.stringify({ ...idOf(id), event: op, arg: accepted, connId: this.connId }));
    if (op === 'subscribe') this.venue.welcome(this, topic);
  }

  private topicOf({ channel, instType, instId }: JsonObject): string | undefined {
    if (channel === 'liquidation-orders' && this.service === 'public') {
      const fits =
        instId === undefined && typeof instType === 'string' && INSTRUMENT_TYPES.includes(instType);
      return fits ? liquidationTopic(instType) : undefined;
    }
    if (typeof channel !== 'string' || typeof instId !== 'string') return undefined;
    if (this.service === 'business' ? !isCandleChannel(channel) : !CHANNELS.has(channel)) return undefined;
    const topic = `${channel}|${instId}`;
    return this.venue.listed(instId) || this.venue.recorded(topic) ? topic : undefined;
  }

  private fail(code: string, msg: string, id: unknown): void {
    this.answer(JSON.stringify({ ...idOf(id), event: 'error', code, msg, connId: this.connId }));
  }

  private answer(text: string): void {
    this.lastPushMs = this.scheduler.nowMs();
    this.connection.reply(text);
  }
}

function idOf(id: unknown): { id?: string } {
  return typeof id === 'string' && /^[A-Za-z0-9]{1,32}$/.test(id) ? { id } : {};
}

import { join } from 'node:path';
import { parseDecimal, type Liquidation } from '@orderfox/domain';
import { EVENT_TOPIC_LIMITS } from '@orderfox/fanout';
import { type SeededRandom } from '@orderfox/simulator';
import { liquidationForTests } from '../../testing/api-for-tests.js';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { type CursorCodec } from './liquidation-cursor.js';
import { type LiquidationQuery } from './liquidation-query.js';
import { differences, ResumingClient, type Wish } from './resume-client-for-tests.js';
import { PHASES, type Kill, type Phase, type ResumeConnection } from './resume-connection-for-tests.js';
import { Milestones } from './resume-milestones-for-tests.js';
import { ResumeProcess } from './resume-process-for-tests.js';
import { watchJoins, type LiquidationTopic } from './resume-topics-for-tests.js';

/** For specs: how much happens. */
export interface Life {
  /** Everything that is left to chance follows from it, except who is faster. */
  readonly random: SeededRandom;
  readonly events: number;
  readonly kills: number;
  /** Of backends, by turns. */
  readonly restarts: number;
  readonly wishes: readonly Wish[];
  /** Whether it became true within some seconds. */
  readonly waitUntil: (condition: () => boolean) => Promise<boolean>;
  /** Takes something out of a topic. */
  readonly sabotage?: (topic: LiquidationTopic) => void;
}

const BACKENDS = 2;
/** Most events that a recorder is given at once. */
const OFFERED = 900;
/** Most events while somebody is far behind: then there is less to do for the others, and yet it never stands still. */
const FEW = 60;
const FAR_BEHIND = EVENT_TOPIC_LIMITS.recentEvents + 2_000;
/** The seam and what comes before it take longer than the rest to come about. */
const OFTEN: readonly Phase[] = [...PHASES, 'reading', 'handOver'];
const SYMBOLS = ['BTC', 'ETH', 'SOL'];
const VENUES = ['binance', 'bybit', 'okx'];
/** What everybody wants is tried so often. */
const LAST_ROUNDS = 12;

/**
 * For specs: several backends record into one database beside each other while clients of each come, are killed and
 * come back to any of them after the last event that they got, and while the backends themselves go and come.
 */
export class ResumeLife {
  readonly problems: unknown[] = [];
  readonly clients: readonly ResumingClient[];
  restarts = 0;
  readonly #stored = new Milestones();
  readonly #up = new Set<ResumeProcess>();
  readonly #connections = new WeakMap<LiquidationQuery, ResumeConnection>();
  readonly #topics = new Map<ResumeProcess, LiquidationTopic>();
  readonly #watched = new WeakSet<LiquidationTopic>();
  #made = 0;
  #phase: 'killing' | 'settling' | 'over' = 'killing';

  constructor(
    private readonly postgres: PostgresForTests,
    private readonly life: Life,
    codec: CursorCodec,
  ) {
    const parts = {
      chance: () => life.random.next(),
      seqOf: (cursor: string) => codec.decode(cursor).seq,
      onProblem: (problem: unknown) => this.problems.push(problem),
    };
    this.clients = life.wishes.map((wish) => new ResumingClient(wish, codec.encode(0), parts));
  }

  get kills(): number {
    return this.clients.flatMap(({ endings }) => endings).filter(isKill).length;
  }

  /** Lets it all happen; resolves when everybody who is able to has got everything. */
  async run(): Promise<void> {
    const stopWatching = watchJoins((topic, request) => {
      this.#watch(topic);
      const { filter, after } = request;
      const connection = this.clients.find((client) => client.asks(filter, after))?.connection;
      if (connection === undefined) return;
      connection.hasJoined = true;
      this.#topics.set(connection.parts.process, topic);
      this.#connections.set(filter, connection);
    });
    try {
      const writers: ResumeProcess[] = [];
      for (let slot = 0; slot < BACKENDS; slot += 1) writers.push(await this.#startProcess(slot));
      const comings = this.clients.map((client) => this.#comeAndGo(client));
      await Promise.all(writers.map((process, slot) => this.#write(process, slot)));
      this.#phase = 'settling';
      this.#stored.rise(Number.POSITIVE_INFINITY);
      for (const { connection } of this.clients) connection?.spare();
      await this.#settle();
      this.#phase = 'over';
      for (const { connection } of this.clients) connection?.dismiss();
      await Promise.all(comings);
    } finally {
      stopWatching();
      for (const process of this.#up) await this.#stop(process);
    }
  }

  /** How what each client received differs from what its condition finds in the table. */
  async differences() {
    const { writer } = this.postgres.database;
    return Promise.all(
      this.clients.map(async ({ ids, wish }) => {
        const { rows } = await writer.query<{ id: string }>(
          `SELECT event_key AS id FROM liquidation WHERE ${wish.sql} ORDER BY liquidation.seq`,
        );
        return differences(
          ids,
          rows.map(({ id }) => id),
        );
      }),
    );
  }

  async #startProcess(slot: number): Promise<ResumeProcess> {
    const spool = join(this.postgres.directory.path, `spool-of-${slot}`);
    const made = await ResumeProcess.start(this.postgres, spool, (process) => this.#asked(process));
    this.#up.add(made);
    return made;
  }

  async #stop(process: ResumeProcess): Promise<void> {
    this.#up.delete(process);
    await process.stop();
    this.problems.push(...process.api.problems);
  }

  /** Records beside the other writers until enough has happened; goes and comes between. */
  async #write(first: ResumeProcess, slot: number): Promise<void> {
    const { events, kills } = this.life;
    let process = first;
    while (this.#made < events || this.kills < kills) {
      const own = this.#make(this.#upTo(this.#isSomebodyFarBehind() ? FEW : OFFERED));
      // Both watch the same venues, so some of it is offered to both.
      if (this.life.random.next() < 0.2) this.#oneOf([...this.#up]).offer(own.slice(0, this.#upTo(20)));
      await process.record(own);
      this.#stored.rise(process.announced.value);
      if (this.#isRestartDue(slot)) process = await this.#restart(process, slot);
    }
  }

  /** One goes after the other, so that one is always there. */
  #isRestartDue(slot: number): boolean {
    const { events, restarts } = this.life;
    const isNext = this.restarts < restarts && this.restarts % BACKENDS === slot;
    return isNext && this.#made >= (events * (this.restarts + 1)) / (restarts + 1);
  }

  #isSomebodyFarBehind(): boolean {
    return this.clients.some(({ seq }) => seq + FAR_BEHIND < this.#stored.value);
  }

  async #restart(process: ResumeProcess, slot: number): Promise<ResumeProcess> {
    process.offer(this.#make(this.#upTo(100)));
    await this.#stop(process);
    const next = await this.#startProcess(slot);
    this.restarts += 1;
    return next;
  }

  async #comeAndGo(client: ResumingClient): Promise<void> {
    while (this.#phase !== 'over') {
      const phase = this.#oneOf(OFTEN);
      const isSeam = phase === 'reading' || phase === 'handOver';
      let process = isSeam ? [...this.#up].find((one) => !this.#covers(one, client.seq)) : undefined;
      if (process === undefined) {
        if (this.#phase === 'killing') await this.#stored.at(client.seq + this.#awayFor(isSeam));
        process = this.#oneOf([...this.#up]);
      }
      const kill: Kill = { phase, events: this.#upTo(phase === 'live' ? 300 : 60) };
      await client.connect(process, this.#phase === 'killing' ? kill : undefined);
    }
  }

  /** Whether what comes after this seq is in the memory of a process. */
  #covers(process: ResumeProcess, seq: number): boolean {
    return this.#topics.get(process)?.recent.coversAfter(seq) ?? false;
  }

  /** Events that are to be missed, so that it can come to that. */
  #awayFor(isSeam: boolean): number {
    if (isSeam) return EVENT_TOPIC_LIMITS.recentEvents + 300 + this.#upTo(600);
    // Some come back at once: what they missed is on its way to others who want the same.
    return this.life.random.next() < 0.3 ? 0 : this.#upTo(2_500);
  }

  async #asked(process: ResumeProcess): Promise<void> {
    for (const { connection } of this.clients) {
      if (connection?.isAsking === true && connection.parts.process === process) connection.reached('asking');
    }
    await this.#linger(process);
  }

  /** Some answers are on their way while more is announced: it is in none of them. */
  async #linger(process: ResumeProcess): Promise<void> {
    if (this.#phase !== 'killing' || this.life.random.next() < 0.5) return;
    const until = process.announced.at(process.announced.value + this.#upTo(300));
    await Promise.race([until, this.#stored.at(Number.POSITIVE_INFINITY)]);
  }

  #watch(topic: LiquidationTopic): void {
    if (this.#watched.has(topic)) return;
    this.#watched.add(topic);
    this.life.sabotage?.(topic);
    const goLive = topic.goLive.bind(topic);
    topic.goLive = (member) => {
      this.#connections.get(member.request.filter)?.wentLive(member.position ?? 0);
      return goLive(member);
    };
    const withPage = topic.withPage.bind(topic);
    topic.withPage = (range, isWanted, use) => {
      const connection = this.#connections.get(range.filter);
      const isItsTurn = () => {
        connection?.reached('reading');
        return isWanted();
      };
      return withPage(range, isItsTurn, async (page) => {
        // A span that was cut short ends at the high-water mark, and a page that is not full ends with its span.
        const isLast = page.length < topic.pageSize && range.upTo < range.after + topic.readSpan;
        if (isLast) await this.#betweenReadAndLive(connection);
        await use(page);
      });
    };
  }

  async #betweenReadAndLive(connection: ResumeConnection | undefined): Promise<void> {
    connection?.reached('handOver');
    if (connection) await this.#linger(connection.parts.process);
  }

  /**
   * Everybody wants the last event, so who has got it has got everything before it or never will. It is recorded again
   * and again, because who has lost something may have lost that.
   */
  async #settle(): Promise<void> {
    for (let round = 0; round < LAST_ROUNDS; round += 1) {
      const last = this.#liquidation({ symbol: 'BTCUSDT', venue: 'okx', liquidatedSide: 'LONG' });
      await Promise.all([...this.#up].map((process) => process.record([last])));
      const hasIt = ({ ids }: ResumingClient) => ids.at(-1) === last.eventKey;
      if (await this.life.waitUntil(() => this.clients.every(hasIt))) return;
    }
  }

  #make(count: number): readonly Liquidation[] {
    return Array.from({ length: count }, () => {
      const base = this.#oneOf(SYMBOLS);
      const long = this.life.random.next() < 0.5;
      return this.#liquidation({
        symbol: `${base}USDT`,
        venue: this.#oneOf(VENUES),
        baseAsset: base,
        liquidatedSide: long ? 'LONG' : 'SHORT',
        side: long ? 'SELL' : 'BUY',
        notionalUsd: parseDecimal(String(this.#upTo(100_000))),
      });
    });
  }

  /** Made one after the other, so venue times rise, and yet both writers' mix. */
  #liquidation(given: Partial<Liquidation>): Liquidation {
    this.#made += 1;
    return liquidationForTests(this.#made, { notionalUsd: parseDecimal('100000'), ...given });
  }

  #upTo(count: number): number {
    return 1 + this.life.random.index(count);
  }

  #oneOf<T>(all: readonly T[]): T {
    const found = all[this.life.random.index(all.length)];
    if (found === undefined) throw new Error('there is none to choose from');
    return found;
  }
}

function isKill(ending: string): boolean {
  return PHASES.some((phase) => phase === ending);
}

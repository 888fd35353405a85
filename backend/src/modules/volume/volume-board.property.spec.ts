import { describe, expect, test } from '@jest/globals';
import {
  ALL_SYMBOLS,
  bucketStartMs,
  parseDecimal,
  parseTimeframe,
  type Liquidation,
  type Timeframe,
  type VenueId,
} from '@orderfox/domain';
import { ChangesTopic, type Recipient } from '@orderfox/fanout';
import { FakeClock } from '@orderfox/testing';
import fc from 'fast-check';
import { MarketBus } from '../../core/market-bus.js';
import { atEndOfTurn, endOfTurn } from '../../core/turns.js';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { type QualifiedBucket } from './bucket-quality.js';
import { choiceKey, RETRY_AFTER_MS, UPDATE_EVERY_MS, VolumeBoard } from './volume-board.js';
import { type VolumeChoice, type VolumeUpdate } from './volume-feed.js';
import { type VolumeQuery } from './volume-query.js';

const START_MS = Date.UTC(2026, 0, 5, 12);
const [MINUTE, HOUR] = ['1m', '1h'].map(parseTimeframe) as [Timeframe, Timeframe];
const WHOLE_MARKET: VolumeChoice = { symbol: ALL_SYMBOLS, timeframe: MINUTE };
const CHOICES: readonly VolumeChoice[] = [
  { symbol: 'AUSDT', timeframe: MINUTE },
  { symbol: 'AUSDT', timeframe: HOUR },
  WHOLE_MARKET,
  { symbol: 'AUSDT', timeframe: MINUTE, venues: ['okx'] },
];

/** Counts per bucket, in the order of time. */
type Counts = readonly (readonly [startMs: number, count: number])[];

/** A store that answers with what it held when it was asked, some turns later, or fails. */
class Store {
  readonly committed: Liquidation[] = [];
  isAway = false;
  turns = 0;

  buckets({ symbol, timeframe, venues }: VolumeQuery): Promise<readonly QualifiedBucket[]> {
    return this.#answer(this.counts({ symbol, timeframe, ...(venues && { venues }) }));
  }

  touched(
    symbol: string,
    timeframe: Timeframe,
    startsMs: readonly number[],
    venues?: readonly VenueId[],
  ): Promise<readonly QualifiedBucket[]> {
    const counts = this.counts({ symbol, timeframe, ...(venues && { venues }) });
    return this.#answer(counts.filter(([startMs]) => startsMs.includes(startMs)));
  }

  counts({ symbol, timeframe, venues }: VolumeChoice): Counts {
    const counts = new Map<number, number>();
    for (const event of this.committed) {
      if (symbol !== ALL_SYMBOLS && event.symbol !== symbol) continue;
      if (venues?.includes(event.venue) === false) continue;
      const startMs = bucketStartMs(timeframe, event.venueTimeMs);
      counts.set(startMs, (counts.get(startMs) ?? 0) + 1);
    }
    return [...counts].sort(([a], [b]) => a - b);
  }

  async #answer(counts: Counts): Promise<readonly QualifiedBucket[]> {
    const isAway = this.isAway;
    for (let n = 0; n < this.turns; n += 1) await endOfTurn();
    if (isAway) throw new Error('the database is away');
    const rest = { longUsd: parseDecimal('1'), shortUsd: parseDecimal('0'), lastSeq: 1 };
    return counts.map(([startMs, count]) => ({
      ...rest,
      startMs,
      count,
      revision: count,
      venues: [],
      quality: 'EXACT',
    }));
  }
}

/** Applies what it is told, as a chart does. */
class Follower implements Recipient {
  readonly #counts = new Map<number, number>();
  #drained: PromiseWithResolvers<void> | undefined;
  /** Counts only rise here, so a lower one is an older state. */
  wentBack = false;

  constructor(readonly choice: VolumeChoice) {}

  deliver(body: Uint8Array): void {
    const { isUpdate, buckets } = JSON.parse(new TextDecoder().decode(body)) as VolumeUpdate;
    const before = new Map(this.#counts);
    if (!isUpdate) this.#counts.clear();
    for (const { startMs, count } of buckets) {
      if (count < (before.get(startMs) ?? 0)) this.wentBack = true;
      this.#counts.set(startMs, count);
    }
  }

  get isCongested(): boolean {
    return this.#drained !== undefined;
  }

  uncongested(): Promise<void> {
    return this.#drained?.promise ?? Promise.resolve();
  }

  congest(): void {
    this.#drained ??= Promise.withResolvers();
  }

  drain(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  get shown(): Counts {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

const event = fc.record({
  symbol: fc.constantFrom('AUSDT', 'BUSDT'),
  venue: fc.constantFrom('okx', 'binance'),
  minute: fc.nat(5),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ record: fc.array(event, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ byAnother: event }) },
  { weight: 3, arbitrary: fc.record({ follow: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ leave: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ congest: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ drain: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ isAway: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ turns: fc.nat(4) }) },
  { weight: 4, arbitrary: fc.record({ advance: fc.constantFrom(0, 100, UPDATE_EVERY_MS) }) },
  { weight: 8, arbitrary: fc.constant({ turn: true } as const) },
);

describe('VolumeBoard under chance', () => {
  test('shows every follower in the end what the store holds, whoever wrote it, whatever failed on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new FakeClock(START_MS);
        const bus = new MarketBus((error) => {
          throw error;
        });
        const store = new Store();
        const board = new VolumeBoard({ reader: store, bus, clock, maxFeeds: CHOICES.length });
        /** As the hub does: one topic for all who choose the same, forgotten with the last. */
        const topics = new Map<string, ChangesTopic<number, VolumeUpdate>>();
        const present = new Map<Follower, () => void>();
        const unheard: Liquidation[] = [];
        const one = (n: number) => [...present.keys()][n % Math.max(1, present.size)];
        const commit = ({ symbol, venue, minute }: { symbol: string; venue: string; minute: number }) => {
          const venueTimeMs = START_MS - minute * 60_000;
          const liquidation = liquidationForTests(store.committed.length, { symbol, venue, venueTimeMs });
          store.committed.push(liquidation);
          unheard.push(liquidation);
        };
        const publish = () => {
          for (const liquidation of unheard.splice(0)) {
            const recorded = { ...liquidation, seq: 1, committedTimeMs: clock.nowMs() };
            bus.publish({ type: 'liquidation-recorded', liquidation: recorded });
          }
        };
        const follow = (choice: VolumeChoice) => {
          const key = choiceKey(choice);
          const render = (update: VolumeUpdate) => new TextEncoder().encode(JSON.stringify(update));
          const topic =
            topics.get(key) ?? new ChangesTopic(board.changes(choice), render, atEndOfTurn, () => undefined);
          topics.set(key, topic);
          const follower = new Follower(choice);
          const leave = topic.join(follower);
          present.set(follower, () => {
            leave();
            if (topic.memberCount === 0) topics.delete(key);
          });
        };
        const leave = (follower: Follower | undefined) => {
          if (follower === undefined) return;
          present.get(follower)?.();
          present.delete(follower);
        };
        for (const what of steps) {
          if ('record' in what) {
            what.record.forEach(commit);
            publish();
          } else if ('byAnother' in what) commit(what.byAnother);
          else if ('follow' in what) follow(CHOICES[what.follow % CHOICES.length] ?? WHOLE_MARKET);
          else if ('leave' in what) leave(one(what.leave));
          else if ('congest' in what) one(what.congest)?.congest();
          else if ('drain' in what) one(what.drain)?.drain();
          else if ('isAway' in what) store.isAway = what.isAway;
          else if ('turns' in what) store.turns = what.turns;
          else if ('advance' in what) clock.advance(what.advance);
          else await endOfTurn();
        }
        store.isAway = false;
        publish();
        for (const follower of present.keys()) follower.drain();
        const isSettled = () =>
          [...present.keys()].every(
            ({ choice, shown }) => JSON.stringify(shown) === JSON.stringify(store.counts(choice)),
          );
        for (let n = 0; n < 300 && !isSettled(); n += 1) {
          if (n % 30 === 29) clock.advance(RETRY_AFTER_MS);
          await endOfTurn();
        }
        for (const { choice, shown, wentBack } of present.keys()) {
          expect(shown).toEqual(store.counts(choice));
          expect(wentBack).toBe(false);
        }
        for (const follower of [...present.keys()]) leave(follower);
        expect([board.feedCount, bus.listenerCount(), clock.pendingDelaysMs()]).toEqual([0, 0, []]);
      }),
      { numRuns: 500 },
    );
  });
});

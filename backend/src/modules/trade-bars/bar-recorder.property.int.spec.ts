import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { nextBucketStartMs, parseTimeframe, type Trade } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import fc from 'fast-check';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { barRange } from './bar-range.js';
import { asReckoned, barTrade, forgetBars, reckonedBars, RecorderForTests } from './bars-for-tests.js';

/** A few minutes to a full hour that is a midnight too. */
const START_MS = Date.parse('2026-11-21T23:55:00Z');
const MINUTE_MS = 60_000;
const TIMEFRAMES = ['1m', '3m', '5m', '1h', '1d'].map(parseTimeframe);

let postgres: PostgresForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());

/** What happens between trades, in the order of what becomes of them. */
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('TELL' as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('MISS' as const), count: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('AGAIN' as const), count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('KILL' as const, 'STOP' as const),
      count: fc.integer({ min: 0, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('AWAY' as const, 'UNHEARD' as const),
      count: fc.constant(0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('WAIT' as const), count: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('LOSE' as const), count: fc.integer({ min: 0, max: 6 }) }),
  },
);

const world = fc.record({
  isNumbered: fc.boolean(),
  /** From this trade on the venue still has them. */
  hasFrom: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 150 })),
  /** ms from one trade to the next; now and then one is a little earlier than the one before. */
  pauses: fc.array(fc.oneof(fc.integer({ min: 0, max: 15_000 }), fc.integer({ min: -900, max: 0 })), {
    minLength: 160,
    maxLength: 160,
  }),
  numbers: fc.array(
    fc.record({
      price: fc.integer({ min: 1, max: 99_999_999 }),
      places: fc.integer({ min: 0, max: 6 }),
      steps: fc.integer({ min: 1, max: 9_999_999 }),
      isSell: fc.boolean(),
    }),
    { minLength: 160, maxLength: 160 },
  ),
  steps: fc.array(step, { minLength: 5, maxLength: 30 }),
});

function decimal(units: number, places: number): string {
  const digits = String(units).padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function tradesOf({ isNumbered, pauses, numbers }: World): readonly Trade[] {
  let timeMs = START_MS;
  return pauses.map((pauseMs, index) => {
    // Without numbers the order of trades is that of their times.
    timeMs += isNumbered ? pauseMs : Math.max(0, pauseMs) + 1;
    const { price, places, steps, isSell } = numbers[index]!;
    return barTrade(timeMs, {
      id: isNumbered ? index + 1 : `t${index}`,
      price: decimal(price, places),
      quantity: decimal(steps, 6 - places),
      isSell,
    });
  });
}

test('whatever is lost, told again, cut off or written in vain: bars are those of all trades, or say that they are not', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      await forgetBars(postgres.database.writer);
      const all = tradesOf(given);
      const clock = new FakeClock(START_MS);
      let lives = 0;
      const begin = async () => {
        lives += 1;
        const made = new RecorderForTests(postgres.database.writer, clock, {
          isNumbered: given.isNumbered,
          writer: `process ${lives}`,
        });
        made.past = all.slice(given.hasFrom);
        made.follow();
        await made.idle();
        return made;
      };
      let made = await begin();
      let at = 0;
      let isLost = false;
      const tell = (count: number) => {
        for (const trade of all.slice(at, at + count)) {
          clock.advance(Math.max(0, trade.venueTimeMs - clock.nowMs()));
          // Where the venue numbers nothing it is the tape that knows of a loss.
          const gap = isLost && !given.isNumbered ? { missing: undefined, reason: 'lost' } : undefined;
          made.hearer.onTrade(trade, gap);
          [isLost, made.provenMs] = [false, clock.nowMs()];
        }
        at = Math.min(all.length, at + count);
      };
      for (const { kind, count } of given.steps) {
        if (kind === 'TELL') tell(count);
        if (kind === 'MISS' || kind === 'LOSE') {
          if (kind === 'LOSE') {
            made.hearer.onLost();
            made.provenMs = undefined;
          }
          [at, isLost] = [Math.min(all.length, at + count), true];
        }
        // By number they are known; those without one are left out by the tape.
        if (kind === 'AGAIN' && given.isNumbered) {
          for (const trade of all.slice(Math.max(0, at - count), at)) {
            if (!isLost) made.hearer.onTrade(trade, undefined);
          }
        }
        if (kind === 'AWAY' || kind === 'UNHEARD') made.trouble = kind;
        if (kind === 'WAIT') {
          if (!isLost) made.provenMs = clock.nowMs() + count * 10_000;
          await made.pass(count * 10_000);
        }
        if (kind === 'KILL' || kind === 'STOP') {
          if (kind === 'KILL') made.kill();
          else await made.recorder.stop();
          made.kill();
          at = Math.min(all.length, at + count);
          isLost = false;
          made = await begin();
        }
        await made.idle();
      }
      tell(all.length - at);
      // As long as it takes to ask for all that is missing.
      for (let time = 0; time < 4; time += 1) {
        made.provenMs = clock.nowMs() + MINUTE_MS;
        await made.pass(45_000);
      }
      expect(made.recorder.counts()).toMatchObject({ waiting: 0, fillable: 0 });
      const toMs = clock.nowMs();
      const gaps = await made.reader.gaps(made.market, {
        timeframe: TIMEFRAMES[0]!,
        fromMs: START_MS - 5 * MINUTE_MS,
        toMs,
      });
      for (const timeframe of TIMEFRAMES) {
        const bars = await made.reader.bars(made.market, barRange(timeframe, { from: START_MS }, toMs));
        const expected = reckonedBars(all, timeframe);
        for (const bar of bars) {
          const reckoned = expected.find(({ startMs }) => startMs === bar.startMs);
          if (reckoned === undefined) throw new Error('a bar of nothing');
          const { cvd, ...own } = asReckoned(bar);
          const { cvd: reckonedCvd, ...rest } = reckoned;
          if (bar.quality !== 'PARTIAL') expect(own).toEqual(rest);
          if (!bar.isCvdPartial) expect(cvd).toBe(reckonedCvd);
          expect(bar.count).toBeLessThanOrEqual(reckoned.count);
        }
        // No bar where something was traded: that is said too.
        for (const { startMs } of expected) {
          if (bars.some((bar) => bar.startMs === startMs)) continue;
          const endMs = nextBucketStartMs(timeframe, startMs);
          expect(gaps.some((gap) => gap.fromMs < endMs && (gap.toMs ?? Infinity) >= startMs)).toBe(true);
        }
        // What the venue still has is never missing in the end.
        if (timeframe === TIMEFRAMES[0] && given.isNumbered && given.hasFrom === 0) {
          const firstMs = bars[0]?.startMs;
          expect(bars.filter(({ quality, startMs }) => quality === 'PARTIAL' && startMs !== firstMs)).toEqual(
            [],
          );
        }
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

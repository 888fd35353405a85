import { type Trade } from '@orderfox/domain';
import fc from 'fast-check';
import { trade } from './trade-double-for-tests.js';

/** What a venue that numbers its trades sends of a market, and which of them are to be told. */
export interface SentTrades {
  /** In the order in which they come, repeats among them. */
  readonly sent: readonly Trade[];
  /** Each once, in order. */
  readonly old: readonly Trade[];
  /** Of the new numbering; none where the venue goes on with its numbers. */
  readonly fresh: readonly Trade[];
}

/** All of them are made after this. */
export const FIRST_MADE_MS = 1_700_000_000_000;
const steps = (minLength: number, maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength, maxLength });

/**
 * For specs: trades of a venue that sends any of them again, late and in any number, a few of them with any time at all, whose
 * clock differs from ours, and which may begin to count anew at a number that was there before.
 */
export const sentTrades: fc.Arbitrary<SentTrades> = fc
  .record({
    firstId: fc.integer({ min: 1, max: 1_000 }),
    old: steps(3, 60),
    skewMs: fc.integer({ min: -240_000, max: 240_000 }),
    isRenumbered: fc.boolean(),
    pauseMs: fc.integer({ min: 60_001, max: 86_400_000 }),
    startsAt: fc.double({ min: 0, max: 1, noNaN: true }),
    fresh: steps(2, 60),
    repeats: fc.array(
      fc.record({
        after: fc.nat(120),
        back: fc.integer({ min: 0, max: 60 }),
        count: fc.integer({ min: 1, max: 20 }),
      }),
      { maxLength: 10 },
    ),
    odds: fc.uniqueArray(
      fc.record({
        after: fc.nat(57),
        back: fc.nat(57),
        byMs: fc.oneof(...[1e10, 300_000].map((max) => fc.integer({ min: -max, max }))),
      }),
      { maxLength: 5, selector: ({ after }) => after },
    ),
  })
  .map(({ firstId, skewMs, isRenumbered, pauseMs, startsAt, repeats, odds, ...made }) => {
    let timeMs = FIRST_MADE_MS;
    const series = (gaps: readonly number[], from: number) =>
      gaps.map((gapMs, index) => {
        timeMs += gapMs;
        return trade(from + index, { venueTimeMs: timeMs, receivedTimeMs: timeMs + skewMs });
      });
    const old = series(made.old, firstId);
    timeMs += pauseMs;
    // Where it begins with the newest number itself, nothing tells that one from an odd repeat: it is lost.
    const begin = firstId + Math.floor(startsAt * (old.length - 2));
    const fresh = isRenumbered ? series(made.fresh, begin) : [];
    const sent: Trade[] = [];
    for (const [index, one] of [...old, ...fresh].entries()) {
      sent.push(one);
      // Those of a numbering that is over are not sent again.
      const [own, at] = index < old.length ? [old, index] : [fresh, index - old.length];
      const receivedTimeMs = one.receivedTimeMs;
      for (const { after, back, count } of repeats) {
        if (after !== index) continue;
        const from = Math.max(0, at - back);
        sent.push(
          ...own.slice(from, Math.min(at + 1, from + count)).map((again) => ({ ...again, receivedTimeMs })),
        );
      }
      // Their neighbours are as they should be.
      for (const { after, back, byMs } of odds) {
        const again = old[index - back];
        if (after !== index || index >= old.length - 2 || again === undefined) continue;
        sent.push({ ...again, venueTimeMs: again.venueTimeMs + byMs, receivedTimeMs });
      }
    }
    return { sent, old, fresh };
  });

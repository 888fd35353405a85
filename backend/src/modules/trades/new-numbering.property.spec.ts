import { expect, test } from '@jest/globals';
import { type Trade } from '@orderfox/domain';
import fc from 'fast-check';
import { sentTrades } from './renumbered-for-tests.js';
import { TradeSequence } from './trade-sequence.js';

test('a repeat is known however late it comes, and a venue that counts anew is told from one that repeats itself', () => {
  fc.assert(
    fc.property(sentTrades, ({ sent, old, fresh }) => {
      const sequence = new TradeSequence();
      const told: Trade[] = [];
      const gaps: unknown[] = [];
      for (const trade of sent) {
        const place = sequence.place(trade);
        // To be asked twice changes nothing.
        expect(sequence.place(trade)).toEqual(place);
        if (place.kind === 'KNOWN') continue;
        if (place.kind === 'GAP') {
          gaps.push(place);
          sequence.skipTo(trade);
        }
        sequence.add(trade);
        told.push(trade);
      }
      const ids = (trades: readonly Trade[]) =>
        trades.map(({ venueTimeMs, tradeId }) => [venueTimeMs, tradeId]);
      // The first of the new ones has to be borne out by the second, and lies in the gap.
      expect(ids(told)).toEqual(ids([...old, ...fresh.slice(1)]));
      expect(gaps).toEqual(fresh.length > 0 ? [{ kind: 'GAP' }] : []);
    }),
    { numRuns: 500 },
  );
});

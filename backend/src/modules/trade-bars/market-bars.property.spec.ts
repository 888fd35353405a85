import { expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/feed';
import fc from 'fast-check';
import { FIRST_MADE_MS, sentTrades } from '../trades/renumbered-for-tests.js';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { COUNTS_ANEW } from '../trades/trade-tape.js';
import { MarketBars } from './market-bars.js';

test('bars hold each trade once, also of a venue that counts anew while nobody listens', () => {
  fc.assert(
    fc.property(sentTrades, fc.boolean(), ({ sent, old, fresh }, isRestarted) => {
      const clock = new FakeClock(FIRST_MADE_MS + 10 * 86_400_000);
      const make = () => {
        const series = { venue: 'double', venueSymbol: 'BTCUSDT', symbol: 'BTCUSDT' };
        const bars = new MarketBars({ series, clock, writer: 'one' });
        bars.follow({ market: tradeMarket(), provenMs: () => undefined, past: () => Promise.resolve([]) });
        return bars;
      };
      const first = make();
      first.begin(undefined);
      const ended = fresh.length > 0 && isRestarted ? sent.indexOf(fresh[0]!) : sent.length;
      for (const trade of sent.slice(0, ended)) first.onTrade(trade, undefined);
      const write = first.take(true);
      const second = make();
      second.begin(write?.progress);
      for (const trade of sent.slice(ended)) second.onTrade(trade, undefined);
      expect(first.counts.trades + second.counts.trades).toBe(old.length + Math.max(0, fresh.length - 1));
      const gaps = [...(write?.gaps ?? []), ...(second.take(true)?.gaps ?? [])];
      expect(gaps.filter(({ reason }) => reason === COUNTS_ANEW)).toHaveLength(fresh.length > 0 ? 1 : 0);
    }),
    { numRuns: 300 },
  );
});

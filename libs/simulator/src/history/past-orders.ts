import { parseTimeframe } from '@orderfox/domain';
import { makeOrder } from '../market/order-maker.js';
import { SeededRandom } from '../seeded-random.js';
import type { VenueServer } from '../server/venue-server.js';
import type { KeptOrder } from './history-row.js';

const MINUTE = parseTimeframe('1m');
const MINUTES_PER_HOUR = 60;
const SECONDS_PER_MINUTE = 60;
/** Orders of the largest market in an hour without moves, and those that a minute brings that moves by a percent. */
const PER_QUIET_HOUR = 4;
const PER_PERCENT = 40;

/**
 * Forced orders of one contract of the simulated Binance from the hours before `nowMs`, oldest first: at prices within the
 * candle of their minute, more where prices moved, longs where they fell, at most one a second. The same seed and time
 * give the same orders; a contract that the seeded market leaves alone has none.
 */
export function pastOrders(
  binance: Pick<VenueServer, 'catalog' | 'candles'>,
  venueSymbol: string,
  { seed, nowMs, hours }: { readonly seed: number | string; readonly nowMs: number; readonly hours: number },
): readonly KeptOrder[] {
  const listing = binance.catalog.get(venueSymbol);
  if (listing === undefined || listing.coinMargined === true) return [];
  const random = new SeededRandom(`${seed}/past/${venueSymbol}`);
  const share = listing.weight / 100;
  return binance
    .candles(venueSymbol, MINUTE, nowMs - hours * MINUTES_PER_HOUR * SECONDS_PER_MINUTE * 1_000, nowMs)
    .filter(({ isClosed }) => isClosed)
    .flatMap(({ startMs, open, high, low, close }) => {
      const percent = Math.abs(close / open - 1) * 100;
      const expected = share * (PER_QUIET_HOUR / MINUTES_PER_HOUR + PER_PERCENT * percent ** 2);
      const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
      return secondsOf(count, random).map((second) => {
        const timeMs = startMs + second * 1_000 + random.index(1_000);
        const long = random.chance(close < open ? 0.85 : 0.2);
        return makeOrder('binance', { listing, mark: random.between(low, high), long, timeMs }, random);
      });
    });
}

/** At most so many different seconds of a minute, in order. */
function secondsOf(count: number, random: SeededRandom): readonly number[] {
  const seconds = new Set<number>();
  for (let n = 0; n < count; n++) seconds.add(random.index(SECONDS_PER_MINUTE));
  return [...seconds].sort((a, b) => a - b);
}

import { bucketStartMs, type Liquidation, type Timeframe, type VolumeBucket } from '@orderfox/domain';

/** Places after the point that every amount of a test fits into. */
const PLACES = 40;

/** Text of a decimal as an integer of 10^-40: arithmetic of its own, so that the product's is not checked by itself. */
export function units(text: string): bigint {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  if (fraction.length > PLACES) throw new Error(`${text} has more than ${PLACES} places`);
  const size = BigInt(whole + fraction.padEnd(PLACES, '0'));
  return negative ? -size : size;
}

/** A bucket in plain numbers, to be compared. */
export interface ExactBucket {
  readonly startMs: number;
  readonly long: bigint;
  readonly short: bigint;
  readonly count: number;
  readonly venues: readonly string[];
}

/** For specs: one straightforward aggregation, each event once by its key. `*` is all symbols. */
export function exactVolume(
  events: Iterable<Liquidation>,
  symbol: string,
  timeframe: Timeframe,
  venues?: readonly string[],
): readonly ExactBucket[] {
  const byKey = new Map<string, Liquidation>();
  for (const event of events) if (!byKey.has(event.eventKey)) byKey.set(event.eventKey, event);
  const wanted = [...byKey.values()].filter(
    (event) => (symbol === '*' || event.symbol === symbol) && (venues?.includes(event.venue) ?? true),
  );
  const groups = Map.groupBy(wanted, ({ venueTimeMs }) => bucketStartMs(timeframe, venueTimeMs));
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([startMs, own]) => ({
      startMs,
      long: total(own.filter(({ side }) => side === 'SELL')),
      short: total(own.filter(({ side }) => side === 'BUY')),
      count: own.length,
      venues: [...new Set(own.map(({ venue }) => venue))].sort(),
    }));
}

function total(events: readonly Liquidation[]): bigint {
  return events.reduce((sum, { notionalUsd }) => sum + units(notionalUsd), 0n);
}

/** For specs: what was read, in the same shape. */
export function asExact(buckets: readonly VolumeBucket[]): readonly ExactBucket[] {
  return buckets.map(({ startMs, longUsd, shortUsd, count, venues }) => ({
    startMs,
    long: units(longUsd),
    short: units(shortUsd),
    count,
    venues,
  }));
}

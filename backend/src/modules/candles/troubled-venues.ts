import { type VenueId } from '@orderfox/domain';
import { RareReport, type Clock, type VenueError } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { type CandleMarket, type CandleVenue } from './candle-market.js';

/** Where a venue did not answer, the others are asked first for so long: nobody should wait for the same time-out again. */
const TROUBLED_MS = 30_000;

/** Remembers which venues had better not be asked first, and writes their trouble to the log, seldom. */
export class TroubledVenues {
  readonly #untilMs = new Map<VenueId, number>();
  readonly #reports: RareReport;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.#reports = new RareReport(clock);
  }

  /** The markets in their order, but those of troubled venues behind all others. */
  last(markets: readonly CandleMarket[]): readonly CandleMarket[] {
    const nowMs = this.clock.monotonicMs();
    const isTroubled = ({ venue }: CandleMarket) => (this.#untilMs.get(venue.id) ?? nowMs) > nowMs;
    return [...markets.filter((market) => !isTroubled(market)), ...markets.filter(isTroubled)];
  }

  /** Notes that a venue failed. */
  failed({ id }: CandleVenue, error: VenueError): void {
    // Others can be about one contract alone, or are refused without a request as long as they last.
    if (error.failure === 'NETWORK' || error.failure === 'UNAVAILABLE') {
      this.#untilMs.set(id, this.clock.monotonicMs() + TROUBLED_MS);
    }
    const due = this.#reports.add(`${id} ${error.failure}`);
    if (due !== undefined)
      this.log.warn({ venue: id, err: error, count: due.count }, 'candles cannot be read');
  }
}

import { fundingAprPercent, fundingRate8h } from '@orderfox/domain';
import { type FundingRate } from '../funding/funding-rate.js';
import { type FundingRepository } from '../funding/funding.repository.js';
import { type OpenInterestPoint } from '../open-interest/open-interest-point.js';
import { type OpenInterestRepository } from '../open-interest/open-interest.repository.js';
import { contractKey } from '../polled/reading.js';
import { venueObjection } from './standing-venue.js';
import { knownFields, type StreamEnd, type StreamEntry } from './stream-entry.js';
import { type RecordPage, type TailSource } from './tail-source.js';

/** Rows of one page. */
const PAGE = 200;
/** Open interest is asked for once a minute; what is older than this does not belong to a rate any more. */
const OPEN_INTEREST_WITHIN_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

/** Whose funding. */
export type FundingContract = Pick<FundingRate, 'venue' | 'symbol' | 'venueSymbol'>;

/** What funding is read with. */
export interface FundingSourceParts {
  readonly rates: Pick<FundingRepository, 'estimatesAfter' | 'estimatesBefore'>;
  readonly openInterest: Pick<OpenInterestRepository, 'between'>;
}

/**
 * The funding rates of one contract as they were polled, each with the newest open interest that was said before it. The place
 * of one is the venue's time of it.
 */
export class FundingSource implements TailSource {
  readonly kind = 'funding';

  constructor(
    readonly key: string,
    readonly contract: FundingContract,
    private readonly parts: FundingSourceParts,
  ) {}

  get name(): string {
    return contractKey(this.contract);
  }

  begin(entries: number): Promise<number> {
    return this.parts.rates.estimatesBefore(this.contract, entries);
  }

  async after(place: number): Promise<RecordPage> {
    const rates = await this.parts.rates.estimatesAfter(this.contract, place, PAGE);
    const [first, last] = [rates[0], rates.at(-1)];
    if (first === undefined || last === undefined) return { entries: [], reached: place, hasMore: false };
    const points = await this.parts.openInterest.between(
      this.contract,
      first.timestampMs - OPEN_INTEREST_WITHIN_MS,
      last.timestampMs,
    );
    const entries = rates.map((rate) => fundingEntry(rate, pointOf(rate, points)));
    return { entries, reached: last.timestampMs, hasMore: rates.length === PAGE };
  }

  /** Another venue stood for the symbol when an earlier process published. */
  objection({ last }: StreamEnd): Promise<string | undefined> {
    return Promise.resolve(venueObjection(this.contract.venue, last?.fields));
  }
}

function pointOf(rate: FundingRate, points: readonly OpenInterestPoint[]): OpenInterestPoint | undefined {
  const earliestMs = rate.timestampMs - OPEN_INTEREST_WITHIN_MS;
  return points.findLast(({ timestampMs }) => timestampMs <= rate.timestampMs && timestampMs >= earliestMs);
}

/** A rate as it is published; `funding_apr` is percent, `funding_rate_8h` a fraction. What is not known is left out. */
export function fundingEntry(rate: FundingRate, point: OpenInterestPoint | undefined): StreamEntry {
  const { timestampMs, intervalMs, nextFundingMs } = rate;
  return {
    place: timestampMs,
    fields: knownFields({
      symbol: rate.symbol,
      oi_notional: point?.openInterestUsd,
      funding_rate_8h: fundingRate8h(rate.rate, intervalMs),
      funding_apr: fundingAprPercent(rate.rate, intervalMs),
      timestamp: String(timestampMs),
      venue: rate.venue,
      venue_symbol: rate.venueSymbol,
      funding_rate: rate.rate,
      funding_interval_hours: String(intervalMs / HOUR_MS),
      next_funding: nextFundingMs === undefined ? undefined : String(nextFundingMs),
      open_interest: point?.openInterest,
      oi_price_used: point?.priceUsed,
      oi_timestamp: point === undefined ? undefined : String(point.timestampMs),
    }),
  };
}

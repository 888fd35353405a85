import { type DecimalString, type Instrument, type VenueId } from '@orderfox/domain';
import { type VenueFailure } from '@orderfox/feed';
import { type SymbolSource } from './market-symbol.js';

/** Why a venue's catalogue could not be read, and what happens next. */
export interface CatalogueProblem {
  /** Absent when the cause lies on our side, not with the venue. */
  readonly failure?: VenueFailure;
  /** One sentence for people. */
  readonly message: string;
  /** Since when every attempt failed. Epoch ms. */
  readonly sinceMs: number;
  /** When the venue will be asked again. Epoch ms. */
  readonly retryAtMs: number;
}

/** All that is known of the contracts of one venue at one moment. */
export interface CatalogueState {
  readonly venue: VenueId;
  /** Contracts that the venue has stopped listing stay in it, not trading. Empty while nothing is known. */
  readonly instruments: readonly Instrument[];
  readonly volumes: ReadonlyMap<string, DecimalString>;
  /** When the venue gave `instruments`. Absent while nothing is known. Epoch ms. */
  readonly fetchedMs?: number;
  readonly source: SymbolSource;
  readonly problem?: CatalogueProblem;
}

/** How often a venue was asked and how often asking was spared. */
export interface CatalogueCounts {
  readonly calls: number;
  readonly failures: number;
  /** Callers that shared a request which was already on its way. */
  readonly duplicatesPrevented: number;
  /** Callers that were served from the fresh cache. */
  readonly cacheHits: number;
  /** Contracts that were left out because their rows could not be read. */
  readonly unreadableRows: number;
}

/** A catalogue as it is kept between two starts. */
export interface StoredCatalogue {
  readonly fetchedMs: number;
  readonly instruments: readonly Instrument[];
}

/** Where catalogues are kept between two starts. */
export interface CatalogueStore {
  read(venue: VenueId): Promise<StoredCatalogue | undefined>;
  write(venue: VenueId, catalogue: StoredCatalogue): Promise<void>;
}

/** The most contracts per venue that are remembered after the venue stopped listing them; the oldest go first. */
export const MAX_DELISTED = 1_000;

/** A list that lacks more than this share of the last one, and more than a few contracts, may have been cut short. */
const MAX_VANISHED = { share: 0.1, contracts: 3 };

/** The contracts of the last list that the new one lacks, if they are so many that the new one looks cut short. */
export function suspiciouslyVanished(
  listed: readonly Instrument[],
  before: readonly Instrument[],
): readonly Instrument[] {
  const names = new Set(listed.map((instrument) => instrument.venueSymbol));
  const vanished = before.filter((instrument) => !names.has(instrument.venueSymbol));
  return vanished.length > Math.max(MAX_VANISHED.contracts, before.length * MAX_VANISHED.share)
    ? vanished
    : [];
}

/**
 * The new list of a venue, with the contracts that it no longer names kept as not trading: their history stays
 * readable, and a late event of theirs can still be sized.
 */
export function keepDelisted(
  listed: readonly Instrument[],
  known: readonly Instrument[],
): readonly Instrument[] {
  const names = new Set(listed.map((instrument) => instrument.venueSymbol));
  const delisted = known
    .filter((instrument) => !names.has(instrument.venueSymbol))
    .map((instrument) => ({ ...instrument, trading: false }));
  // `known` has the same order, so those gone longest already stand last.
  return [...listed, ...delisted.slice(0, MAX_DELISTED)];
}

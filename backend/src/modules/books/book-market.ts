import { type Instrument, type VenueId } from '@orderfox/domain';
import { type BookUnits, type VenueBooks, type VenueRoots } from '@orderfox/venues';

/** A venue that has order books, and where it is. */
export interface BookVenue {
  readonly id: VenueId;
  readonly name: string;
  readonly roots: VenueRoots;
  readonly books: VenueBooks;
}

/** The contract of a venue whose book is meant. */
export interface BookMarket {
  readonly venue: BookVenue;
  readonly instrument: Instrument;
  /** What the numbers of its book are in coins. */
  readonly units: BookUnits;
}

/** Names a market: equal for the same contract of the same venue. */
export function bookKey({ venue, instrument }: Pick<BookMarket, 'venue' | 'instrument'>): string {
  return bookKeyOf(venue.id, instrument.venueSymbol);
}

/** The same of a market of which only the names are known. */
export function bookKeyOf(venue: VenueId, venueSymbol: string): string {
  return `${venue}|${venueSymbol}`;
}

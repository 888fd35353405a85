import { isDecimal } from '@orderfox/domain';
import { listingFromName } from '../catalog/listing-from-name.js';
import { powerOfTen } from '../catalog/listing.js';
import type { SimulatedVenueId, SimulatedVenues } from '../simulated-venues.js';
import type { WireFact } from '../truth-ledger.js';
import type { RecordedBookUpdate } from './recorded-book.js';
import type { RecordedFrame } from './recorded-frame.js';

/** What is in the recordings that are about to be played. */
export interface RecordingSurvey {
  readonly frames: number;
  /** Liquidation rows, and how many of them differ. */
  readonly events: number;
  readonly distinctEvents: number;
  readonly venues: readonly SimulatedVenueId[];
  /** Topics that frames of their own topic belong to, by venue. */
  readonly topics: ReadonlyMap<SimulatedVenueId, ReadonlySet<string>>;
  /** Venues of which liquidations are told, or frames that go to whom listens to those. */
  readonly liquidationVenues: ReadonlySet<SimulatedVenueId>;
  /** The first whole book of each market that has one, by venue. */
  readonly books: ReadonlyMap<SimulatedVenueId, readonly RecordedBookUpdate[]>;
  /** Contracts that were added to the catalogues. */
  readonly listed: readonly string[];
}

interface Seen {
  venue: SimulatedVenueId;
  price: number;
  pricePlaces: number;
  quantityPlaces: number;
}

/**
 * Reads recordings through once, adds contracts that the catalogues lack (steps as fine as the values seen), and
 * sets the mark prices to the first price of each contract.
 */
export async function surveyRecordings(
  frames: AsyncIterable<RecordedFrame>,
  venues: SimulatedVenues,
): Promise<RecordingSurvey> {
  const identities = new Set<string>();
  const contracts = new Map<string, Seen>();
  const topics = new Map<SimulatedVenueId, Set<string>>();
  const found = new Set<SimulatedVenueId>();
  const liquidationVenues = new Set<SimulatedVenueId>();
  const books = new Map<SimulatedVenueId, RecordedBookUpdate[]>();
  let frameCount = 0;
  let events = 0;
  for await (const frame of frames) {
    frameCount++;
    found.add(frame.venue);
    const { protocol } = venues.of(frame.venue);
    const topic = frame.audience === 'TOPIC' ? protocol.topicOf(frame.text) : undefined;
    if (topic !== undefined) topics.set(frame.venue, (topics.get(frame.venue) ?? new Set()).add(topic));
    if (frame.audience === 'PAYLOAD' || frame.audience === 'LISTENERS') liquidationVenues.add(frame.venue);
    if (frame.book?.isWhole === true) noteBook(books, frame.venue, frame.book);
    for (const fact of protocol.factsOf(frame.text)) {
      liquidationVenues.add(frame.venue);
      events++;
      identities.add(fact.identity);
      if (fact.recordable) observe(contracts, frame.venue, fact);
    }
  }
  const listed = [...contracts].flatMap(([key, seen]) => list(key.slice(key.indexOf('/') + 1), seen, venues));
  return {
    frames: frameCount,
    events,
    distinctEvents: identities.size,
    venues: [...found],
    topics,
    liquidationVenues,
    books,
    listed,
  };
}

function noteBook(
  books: Map<SimulatedVenueId, RecordedBookUpdate[]>,
  venue: SimulatedVenueId,
  book: RecordedBookUpdate,
): void {
  const known = books.get(venue) ?? [];
  if (known.every(({ venueSymbol }) => venueSymbol !== book.venueSymbol)) books.set(venue, [...known, book]);
}

function observe(contracts: Map<string, Seen>, venue: SimulatedVenueId, fact: WireFact): void {
  const key = `${venue}/${fact.venueSymbol}`;
  const price = fact.wireAveragePrice ?? fact.wirePrice;
  if (!isDecimal(price) || !isDecimal(fact.wireQuantity)) return;
  const seen = contracts.get(key) ?? { venue, price: Number(price), pricePlaces: 0, quantityPlaces: 0 };
  seen.pricePlaces = Math.max(seen.pricePlaces, places(fact.wirePrice));
  seen.quantityPlaces = Math.max(seen.quantityPlaces, places(fact.wireQuantity));
  contracts.set(key, seen);
}

function list(venueSymbol: string, seen: Seen, venues: SimulatedVenues): readonly string[] {
  venues.setMark(seen.venue, venueSymbol, seen.price);
  const { catalog } = venues.of(seen.venue);
  if (catalog.get(venueSymbol)) return [];
  const listing = listingFromName(seen.venue, {
    venueSymbol,
    price: seen.price,
    tickSize: powerOfTen(-seen.pricePlaces),
    quantityStep: powerOfTen(-seen.quantityPlaces),
  });
  if (!listing) return [];
  catalog.list(listing);
  return [venueSymbol];
}

/** Digits after the point that say something. */
function places(text: string): number {
  return /\.(\d*?)0*$/u.exec(text)?.[1]?.length ?? 0;
}

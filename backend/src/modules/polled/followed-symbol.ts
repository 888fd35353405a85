import { type FeedState, type Instrument, type VenueId } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { mainContract } from '../symbols/main-contract.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type ContractState, type PolledContract } from './polled-contract.js';
import { contractKey, type SeriesPoint } from './reading.js';

/** Whether a venue has a market. */
export type MarketListing =
  | 'LISTED' // its list of contracts, as it was loaded last, has it
  | 'NOT_LISTED' // its list of contracts has been loaded and does not have it
  | 'UNKNOWN'; // no list of it has been loaded yet

/** How one venue stands for a market. */
export interface VenueState<P> {
  readonly symbol: string;
  readonly venue: VenueId;
  /** Absent where it has no contract of the market, or none is known. */
  readonly venueSymbol?: string;
  readonly listing: MarketListing;
  readonly state: FeedState;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs?: number;
  readonly isStale: boolean;
  readonly ageMs?: number;
  readonly point?: P;
  readonly settled?: P;
}

/** How the contracts of one venue are followed. */
export interface ContractDesk<P extends SeriesPoint> {
  readonly id: VenueId;
  readonly name: string;
  /** Absent where the venue does not say such numbers. */
  readonly follow?: (instrument: Instrument) => PolledContract<P>;
  readonly release: (instrument: Instrument) => void;
}

interface VenuePlace<P extends SeriesPoint> {
  readonly desk: ContractDesk<P>;
  followed:
    | {
        readonly instrument: Instrument;
        readonly contract: PolledContract<P>;
        readonly unlisten: () => void;
      }
    | undefined;
  listing: MarketListing;
  sinceMs: number;
}

/** One market that is followed, at every venue that is configured: also at those that do not have it. */
export class FollowedSymbol<P extends SeriesPoint> {
  readonly #places: ReadonlyMap<VenueId, VenuePlace<P>>;
  readonly #listeners = new Set<(venue: VenueId) => void>();
  readonly #leave: () => void;

  constructor(
    readonly symbol: string,
    private readonly parts: {
      readonly desks: readonly ContractDesk<P>[];
      readonly catalog: Pick<SymbolCatalog, 'instruments' | 'catalogue' | 'onChange'>;
      readonly seriesName: string;
      readonly clock: Clock;
    },
  ) {
    const sinceMs = parts.clock.nowMs();
    this.#places = new Map(
      parts.desks.map((desk) => [desk.id, { desk, followed: undefined, listing: 'UNKNOWN', sinceMs }]),
    );
    this.#leave = parts.catalog.onChange((venue) => this.#look(venue));
    for (const venue of this.#places.keys()) this.#look(venue);
  }

  get venues(): readonly VenueId[] {
    return [...this.#places.keys()];
  }

  /** Whether every venue that has the market has answered, or failed to. */
  get isAnswered(): boolean {
    return [...this.#places.values()].every(
      ({ desk, followed, listing }) =>
        desk.follow === undefined || followed?.contract.isAnswered === true || listing === 'NOT_LISTED',
    );
  }

  /** Calls the listener with the venue that changed; the returned function stops that. */
  onChange(listener: (venue: VenueId) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The contracts that are followed. */
  contracts(): readonly Instrument[] {
    return [...this.#places.values()].flatMap(({ followed }) => followed?.instrument ?? []);
  }

  state(venue: VenueId): VenueState<P> | undefined {
    const place = this.#places.get(venue);
    if (place === undefined) return undefined;
    const { desk, followed, listing } = place;
    if (followed === undefined) {
      return { symbol: this.symbol, venue, listing, isStale: false, ...this.#absence(desk, place) };
    }
    const now: ContractState<P> = followed.contract.state;
    return { symbol: this.symbol, venue, venueSymbol: followed.instrument.venueSymbol, listing, ...now };
  }

  end(): void {
    this.#leave();
    this.#listeners.clear();
    for (const place of this.#places.values()) this.#release(place);
  }

  #absence(
    { name, id, follow }: ContractDesk<P>,
    { listing, sinceMs }: VenuePlace<P>,
  ): Pick<VenueState<P>, 'state' | 'reason' | 'sinceMs'> {
    const { seriesName, catalog } = this.parts;
    if (follow === undefined)
      return { state: 'DISABLED', reason: `${name} is not asked for ${seriesName}`, sinceMs };
    if (listing === 'NOT_LISTED')
      return { state: 'DISABLED', reason: `${name} does not list ${this.symbol}`, sinceMs };
    const problem = catalog.catalogue(id)?.problem;
    const waits = `whether ${name} lists ${this.symbol} is not known yet`;
    if (problem === undefined)
      return { state: 'CONNECTING', reason: `${waits}: its contracts are being asked for`, sinceMs };
    return { state: 'RESYNCING', reason: `${waits}: ${problem.message}`, sinceMs: problem.sinceMs };
  }

  /** Looks which contract it is now. */
  #look(venue: VenueId): void {
    const place = this.#places.get(venue);
    if (place === undefined) return;
    const { catalog, clock } = this.parts;
    const listed = catalog.instruments(venue).all();
    const instrument = mainContract(listed.filter(({ symbol }) => symbol === this.symbol));
    const isKnown = catalog.catalogue(venue)?.fetchedMs !== undefined;
    const listing = instrument !== undefined ? 'LISTED' : isKnown ? 'NOT_LISTED' : 'UNKNOWN';
    const isSame =
      instrument !== undefined &&
      place.followed !== undefined &&
      contractKey(instrument) === contractKey(place.followed.instrument);
    if (isSame) return;
    if (place.listing !== listing) place.sinceMs = clock.nowMs();
    place.listing = listing;
    this.#release(place);
    if (instrument !== undefined) this.#follow(place, instrument);
    this.#tell(venue);
  }

  #follow(place: VenuePlace<P>, instrument: Instrument): void {
    const contract = place.desk.follow?.(instrument);
    if (contract === undefined) return;
    const unlisten = contract.onChange(() => this.#tell(place.desk.id));
    place.followed = { instrument, contract, unlisten };
  }

  #release(place: VenuePlace<P>): void {
    const { followed } = place;
    place.followed = undefined;
    if (followed === undefined) return;
    followed.unlisten();
    place.desk.release(followed.instrument);
  }

  #tell(venue: VenueId): void {
    for (const listener of [...this.#listeners]) listener(venue);
  }
}

import { type InstrumentLookup, type VenueId } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { type CatalogueCounts, type CatalogueState } from './catalogue-state.js';
import { fallbackSymbols } from './fallback-symbols.js';
import { type MarketSymbol, type VenueContracts } from './market-symbol.js';
import { mergeSymbols } from './merge-symbols.js';
import { SymbolIndex } from './symbol-index.js';
import { type VenueCatalogue } from './venue-catalogue.js';

/** What the catalogue is made of. */
export interface SymbolCatalogParts {
  /** Makes one venue's catalogue; it must call `onChange` after every change. */
  readonly venues: readonly ((onChange: (venue: VenueId) => void) => VenueCatalogue)[];
  /** Names to show while nothing at all is known. */
  readonly fallback: readonly string[];
  readonly clock: Clock;
  readonly onListenerError: (error: unknown) => void;
}

/** Everybody who wants to know that a venue's contracts, turnover or trouble changed. */
export type CatalogueListener = (venue: VenueId) => void;

const READY_WITHIN_MS = 3_000;

const NO_CONTRACTS: InstrumentLookup = { get: () => undefined, all: () => [] };

/**
 * The single authority on markets: which there are, what every venue calls them, and how their contracts count.
 * Reading is from memory and never waits; the venues' catalogues renew themselves behind it.
 */
export class SymbolCatalog {
  readonly #venues: ReadonlyMap<VenueId, VenueCatalogue>;
  readonly #fallback: readonly MarketSymbol[];
  readonly #listeners = new Set<CatalogueListener>();
  #index: SymbolIndex | undefined;
  #revision = 0;
  #started: Promise<void> | undefined;
  #firstAttempt: Promise<void> | undefined;

  constructor(private readonly parts: SymbolCatalogParts) {
    const venues = parts.venues.map((make) => make((venue) => this.#changed(venue)));
    this.#venues = new Map(venues.map((venue) => [venue.venue, venue]));
    this.#fallback = fallbackSymbols(parts.fallback);
  }

  /**
   * Takes what is kept from before, then asks every venue, once each. Resolves when the kept lists are in use. May be
   * called twice.
   */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async #start(): Promise<void> {
    const venues = [...this.#venues.values()];
    await Promise.all(venues.map((venue) => venue.restore()));
    this.#firstAttempt = Promise.all(venues.map((venue) => venue.start())).then(() => undefined);
  }

  stop(): void {
    for (const venue of this.#venues.values()) venue.stop();
  }

  /** Resolves when every venue has been asked once since the start, whatever it answered. */
  async attempted(): Promise<void> {
    await this.#firstAttempt;
  }

  /**
   * Resolves when an answer from memory is worth giving: every venue's contracts are known or were asked for, or
   * three seconds have passed. For the first moments after a start only; later it resolves at once.
   */
  async ready(): Promise<void> {
    if (this.catalogues().every(({ instruments }) => instruments.length > 0)) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = this.parts.clock.after(READY_WITHIN_MS, () => resolve(undefined));
    await Promise.race([this.attempted(), promise]);
    timer.cancel();
  }

  /** All markets, the busiest first, or those that match a search text: base, canonical or venue name. */
  symbols(search?: string): readonly MarketSymbol[] {
    return search === undefined ? this.#names().symbols : this.#names().search(search);
  }

  /** The market of a name: `BTCUSDT`, `btcusdt`, `BTC/USDT`, `BTC-USDT-SWAP`, `1000PEPEUSDT`. */
  find(idOrAlias: string): MarketSymbol | undefined {
    return this.#names().find(idOrAlias);
  }

  /** Canonical names near an unknown one, at most `limit`. */
  suggest(text: string, limit = 3): readonly string[] {
    return this.#names().suggest(text, limit);
  }

  /** The contracts of one venue, always the newest; empty for a venue that is not configured. */
  instruments(venue: VenueId): InstrumentLookup {
    return this.#venues.get(venue)?.lookup ?? NO_CONTRACTS;
  }

  /** What is known of one venue's catalogue; undefined for a venue that is not configured. */
  catalogue(venue: VenueId): CatalogueState | undefined {
    return this.#venues.get(venue)?.state;
  }

  catalogues(): readonly CatalogueState[] {
    return [...this.#venues.values()].map((venue) => venue.state);
  }

  /** Rises with every change: while it stays the same, so does everything that is read from here. */
  get revision(): number {
    return this.#revision;
  }

  /** Asks every venue again now, except those that want to be left alone. Never rejects. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#venues.values()].map((venue) => venue.refresh()));
  }

  /** Asks one venue again now, unless it wants to be left alone or is not configured. Never rejects. */
  async refreshVenue(venue: VenueId): Promise<void> {
    await this.#venues.get(venue)?.refresh();
  }

  /** Requests made and spared, by venue. */
  counts(): ReadonlyMap<VenueId, CatalogueCounts> {
    return new Map([...this.#venues].map(([id, venue]) => [id, venue.counts]));
  }

  /** Starts listening; the returned function stops it and may be called twice. */
  onChange(listener: CatalogueListener): () => void {
    const own: CatalogueListener = (venue) => listener(venue);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Built when first asked for after a change: one merge serves all readers until the next change. */
  #names(): SymbolIndex {
    this.#index ??= new SymbolIndex(this.#merged());
    return this.#index;
  }

  #merged(): readonly MarketSymbol[] {
    const known: readonly VenueContracts[] = this.catalogues().filter(
      ({ instruments }) => instruments.length > 0,
    );
    return known.length === 0 ? this.#fallback : mergeSymbols(known);
  }

  #changed(venue: VenueId): void {
    this.#index = undefined;
    this.#revision += 1;
    for (const listener of this.#listeners) {
      try {
        listener(venue);
      } catch (error) {
        this.parts.onListenerError(error);
      }
    }
  }
}

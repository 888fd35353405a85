import type { Listing } from './listing.js';

/** The contracts of one venue, changeable while it runs: a listing appears, another goes. */
export class VenueCatalog {
  private readonly bySymbol = new Map<string, Listing>();

  constructor(listings: readonly Listing[]) {
    for (const listing of listings) this.bySymbol.set(listing.venueSymbol, listing);
  }

  get(venueSymbol: string): Listing | undefined {
    return this.bySymbol.get(venueSymbol);
  }

  all(): readonly Listing[] {
    return [...this.bySymbol.values()];
  }

  /** Adds or replaces a contract. */
  list(listing: Listing): void {
    this.bySymbol.set(listing.venueSymbol, listing);
  }

  /** Takes a contract out of the catalogue. True if it was there. */
  delist(venueSymbol: string): boolean {
    return this.bySymbol.delete(venueSymbol);
  }
}

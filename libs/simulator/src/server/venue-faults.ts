import type { ListingState } from '../catalog/listing.js';
import { stepFor, tickFor } from '../catalog/built-in.js';
import { listingFromName } from '../catalog/listing-from-name.js';
import type { Loss } from '../flow/market-flow.js';
import type { FaultSettings } from './faults.js';
import { hostileFrame, type HostileKind } from './hostile-frames.js';
import type { VenueServer } from './venue-server.js';

/** The switchboard of one venue: standing faults, and things that happen once. */
export class VenueFaults {
  constructor(private readonly server: VenueServer) {}

  /** The standing faults as they are. */
  get state(): FaultSettings {
    return this.server.faults;
  }

  /** Changes standing faults; those not named stay. */
  set(change: Partial<FaultSettings>): void {
    this.server.setFaults(change);
  }

  /** Ends all standing faults. Half-open sockets stay half-open. */
  clear(): void {
    this.server.clearFaults();
  }

  /**
   * Ends every socket: with a closing handshake (1000), by cutting the connection (1006), or by a TCP reset in the
   * middle of a frame. Returns how many.
   */
  drop(how: 'CLEAN' | 'ABRUPT' | 'MID_FRAME'): number {
    const open = this.server.connections();
    for (const connection of open) {
      if (how === 'CLEAN') connection.close(1000, '');
      else if (how === 'ABRUPT') connection.terminate();
      else connection.resetMidFrame();
    }
    return open.length;
  }

  /** Makes every present socket half-open: neither read nor written from now on, never closed. Returns how many. */
  halfOpen(): number {
    const open = this.server.connections();
    for (const connection of open) connection.freeze();
    return open.length;
  }

  /** Sends a malformed or hostile frame to every client. Returns to how many. */
  inject(kind: HostileKind): number {
    const { bytes, binary } = hostileFrame(kind, this.server.protocol.venue);
    return this.server.audience.inject(bytes, binary);
  }

  /** Sends any bytes to every client. Returns to how many. */
  injectBytes(bytes: Buffer, binary = false): number {
    return this.server.audience.inject(bytes, binary);
  }

  /** OKX: notice 64008 on every socket, each closed after the lead time. Others announce nothing: 0. */
  announceClose(): number {
    return this.server.protocol.announceClose?.() ?? 0;
  }

  /** The next update of a market's book, or its next trades, reach nobody. False if nobody listens to the market. */
  lose(venueSymbol: string, what: Loss): boolean {
    if (what === 'BOOK' && this.server.recordedBooks.lose(venueSymbol)) return true;
    return this.server.flow.lose(venueSymbol, what);
  }

  /** The next update of a book holds a bid above its best ask; the one after it takes that back. False as above. */
  crossBook(venueSymbol: string): boolean {
    return this.server.flow.cross(venueSymbol);
  }

  /**
   * A book's numbers begin anew, as after maintenance: OKX sends a `seqId` below the one before it, Bybit a snapshot with
   * `u` 1. False as above, and for Binance, of which nothing of the kind is documented.
   */
  restartBook(venueSymbol: string): boolean {
    return this.server.flow.restart(venueSymbol);
  }

  /** A new contract appears in the catalogue. False when its name tells no pair. */
  list(venueSymbol: string, price: number): boolean {
    const listing = listingFromName(this.server.protocol.venue, {
      venueSymbol,
      price,
      tickSize: tickFor(price),
      quantityStep: stepFor(price),
    });
    if (listing) this.server.catalog.list(listing);
    return listing !== undefined;
  }

  /** A contract goes from the catalogue. False when it was not there. */
  delist(venueSymbol: string): boolean {
    return this.server.catalog.delist(venueSymbol);
  }

  /**
   * From the next settlement on a contract pays funding every so many hours, which the venue states at once. False when it
   * is not listed.
   */
  setFundingInterval(venueSymbol: string, hours: number): boolean {
    return this.server.setFundingInterval(venueSymbol, hours);
  }

  /** A contract changes its state, such as TRADING to HALTED. False when it is not listed. */
  setListingState(venueSymbol: string, state: ListingState): boolean {
    const listing = this.server.catalog.get(venueSymbol);
    if (listing) this.server.catalog.list({ ...listing, state });
    return listing !== undefined;
  }
}

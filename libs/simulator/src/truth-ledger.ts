import type { DecimalString, LiquidatedSide, OrderSide, VenueId } from '@orderfox/domain';

/**
 * How far one event got on one socket. `WITHHELD` a fault kept it back, `FAILED` the socket was not open or the
 * write broke, `WRITING` handed to the socket, `FLUSHED` handed to the operating system (a peer that dies now may
 * still miss it), `CONFIRMED` the peer answered a later ping or closing handshake, so it was received.
 */
export type DeliveryState = 'WITHHELD' | 'FAILED' | 'WRITING' | 'FLUSHED' | 'CONFIRMED';

const RANK: Readonly<Record<DeliveryState, number>> = {
  WITHHELD: 0,
  FAILED: 1,
  WRITING: 2,
  FLUSHED: 3,
  CONFIRMED: 4,
};

/** One event on one socket. */
export interface Delivery {
  /** Connection id such as `okx-2`; counts up per venue. */
  readonly socket: string;
  /** The furthest any copy got. */
  readonly state: DeliveryState;
  /** How often it was handed to the socket; above 1 by the duplication fault or a venue's own replay. */
  readonly copies: number;
}

/** What a liquidation row on the wire says, told by the venue that wrote it. */
export interface WireFact {
  readonly venue: VenueId;
  readonly venueSymbol: string;
  /** The venue's identifying fields joined by `|`, ordinal among equal rows of one frame included (Bybit). */
  readonly identity: string;
  /** Canonical market; absent when the contract is in no catalogue. */
  readonly symbol?: string;
  readonly side: OrderSide;
  readonly liquidatedSide: LiquidatedSide;
  /** Base coins, exact (inverse contracts: to 18 places); absent when it cannot be told. */
  readonly quantity?: DecimalString;
  /** Texts of the wire, in the venue's unit. */
  readonly wireQuantity: string;
  readonly wirePrice: string;
  readonly wireAveragePrice?: string;
  readonly venueTimeMs: number;
  /** False for rows a USD-M recorder must refuse (COIN-M in the merged stream). */
  readonly recordable: boolean;
  /** The row as JSON text. */
  readonly row: string;
}

/** One emission of one event. The same identity may be emitted more than once, as recordings do. */
export interface LedgerEvent extends WireFact {
  /** 1, 2, 3 in the order of emission over all venues. */
  readonly id: number;
  readonly emittedMs: number;
  /** By socket; empty when nobody was subscribed. */
  readonly deliveries: ReadonlyMap<string, Delivery>;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** The truth of what the simulated venues said, to compare any consumer with. Holds the newest `limit` events. */
export class TruthLedger {
  private readonly kept: LedgerEvent[] = [];
  private start = 0;
  private lastId = 0;

  constructor(private readonly limit = 500_000) {}

  /** Events that fell out because the ledger was full. */
  get dropped(): number {
    return this.lastId - (this.kept.length - this.start);
  }

  /** Emissions, oldest first. */
  events(venue?: VenueId): readonly LedgerEvent[] {
    const all = this.kept.slice(this.start);
    return venue === undefined ? all : all.filter((event) => event.venue === venue);
  }

  /** Emissions that reached a socket at least as far as `state`. */
  deliveredTo(socket: string, state: DeliveryState = 'FLUSHED'): readonly LedgerEvent[] {
    return this.events().filter((event) => reached(event.deliveries.get(socket), state));
  }

  /** Emissions that reached any socket at least as far as `state`. */
  delivered(state: DeliveryState = 'FLUSHED', venue?: VenueId): readonly LedgerEvent[] {
    return this.events(venue).filter((event) =>
      [...event.deliveries.values()].some((one) => reached(one, state)),
    );
  }

  /** The first emission of every identity among `events`. */
  distinct(events: readonly LedgerEvent[] = this.events()): readonly LedgerEvent[] {
    const first = new Map<string, LedgerEvent>();
    for (const event of events) if (!first.has(event.identity)) first.set(event.identity, event);
    return [...first.values()];
  }

  /** Writes down an emission. */
  record(fact: WireFact, emittedMs: number): LedgerEvent {
    const event: LedgerEvent = { ...fact, id: ++this.lastId, emittedMs, deliveries: new Map() };
    this.kept.push(event);
    if (this.kept.length - this.start > this.limit) this.start++;
    if (this.start > this.limit) {
      // Cutting only now and then keeps recording cheap.
      this.kept.splice(0, this.start);
      this.start = 0;
    }
    return event;
  }

  /** Writes down how far a copy got; a delivery never falls back. `handed` counts it as one more copy. */
  mark(event: LedgerEvent, socket: string, state: DeliveryState, handed = false): void {
    const deliveries = event.deliveries as Map<string, Open<Delivery>>;
    const known = deliveries.get(socket);
    if (!known) {
      deliveries.set(socket, { socket, state, copies: handed ? 1 : 0 });
      return;
    }
    if (handed) known.copies++;
    if (RANK[state] > RANK[known.state]) known.state = state;
  }
}

function reached(delivery: Delivery | undefined, state: DeliveryState): boolean {
  return delivery !== undefined && RANK[delivery.state] >= RANK[state];
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { FLOW_SETTINGS, type FlowSettings } from './flow/flow-settings.js';
import { BINANCE_LIMITS, type BinanceLimits } from './binance/binance-limits.js';
import { binanceProtocol } from './binance/binance-protocol.js';
import { BYBIT_LIMITS, type BybitLimits } from './bybit/bybit-limits.js';
import { BybitProtocol } from './bybit/bybit-protocol.js';
import { binanceCatalog, bybitCatalog, okxCatalog } from './catalog/built-in.js';
import { COINS } from './catalog/coins.js';
import type { VenueCatalog } from './catalog/venue-catalog.js';
import { DOLLAR_COINS, PriceBoard } from './market/price-board.js';
import type { FundingTruth, OpenInterestTruth } from './market/position-desk.js';
import type { BookTruth, TradeTruth } from './flow/market-flow.js';
import { OKX_LIMITS, type OkxLimits } from './okx/okx-limits.js';
import { OkxProtocol } from './okx/okx-protocol.js';
import { machineScheduler, type Scheduler } from './scheduler.js';
import { SeededRandom } from './seeded-random.js';
import { VenueFaults } from './server/venue-faults.js';
import type { ForcedOrder, ProtocolHost, VenueProtocol } from './server/venue-protocol.js';
import { VenueServer } from './server/venue-server.js';
import { TruthLedger, type LedgerEvent } from './truth-ledger.js';

/** The venues that can be simulated. */
export const SIMULATED_VENUE_IDS = ['binance', 'okx', 'bybit'] as const;
export type SimulatedVenueId = (typeof SIMULATED_VENUE_IDS)[number];

/** Where a venue is reached; roots without any path, as an adapter wants them. */
export interface SimulatedRoots {
  readonly ws: string;
  readonly rest: string;
}

/** How the venues are set up. */
export interface SimulatedVenuesOptions {
  readonly seed?: number | string;
  readonly scheduler?: Scheduler;
  /** Limits and intervals that differ from what the venues document; tests turn them down. */
  readonly limits?: {
    readonly binance?: Partial<BinanceLimits>;
    readonly okx?: Partial<OkxLimits>;
    readonly bybit?: Partial<BybitLimits>;
  };
  /** How busy books and trades are, where that differs from `FLOW_SETTINGS`. */
  readonly flow?: Partial<FlowSettings>;
  /** Events the ledger keeps; the oldest go first. */
  readonly ledgerLimit?: number;
  /** Answers `/_control`; absent: there is no such path. */
  readonly control?: (venue: SimulatedVenueId, request: IncomingMessage, response: ServerResponse) => void;
}

/** An order for a test to put on the wire; what is left out is filled in. */
export type OrderToEmit = Omit<ForcedOrder, 'timeMs'> & { readonly timeMs?: number };

/** The three venues on loopback, each with its own server, around one price board and one ledger. */
export class SimulatedVenues {
  readonly ledger: TruthLedger;
  readonly prices: PriceBoard;
  private readonly servers: ReadonlyMap<SimulatedVenueId, VenueServer>;
  private readonly scheduler: Scheduler;
  private roots: ReadonlyMap<SimulatedVenueId, SimulatedRoots> = new Map();

  constructor(private readonly options: SimulatedVenuesOptions = {}) {
    const { seed = 1, limits = {}, scheduler = machineScheduler } = options;
    this.scheduler = scheduler;
    this.ledger = new TruthLedger(options.ledgerLimit);
    this.prices = new PriceBoard(
      seed,
      COINS.map(({ name }) => name),
    );
    const okx = { ...OKX_LIMITS, ...limits.okx };
    this.servers = new Map<SimulatedVenueId, VenueServer>([
      [
        'binance',
        this.server('binance', binanceCatalog(), (host) =>
          binanceProtocol(host, scheduler, { ...BINANCE_LIMITS, ...limits.binance }),
        ),
      ],
      [
        'okx',
        this.server('okx', okxCatalog(), (host) => {
          return new OkxProtocol(host, scheduler, okx, () => this.of('okx').faults.replayOnSubscribe);
        }),
      ],
      [
        'bybit',
        this.server('bybit', bybitCatalog(), (host) => {
          return new BybitProtocol(host, scheduler, { ...BYBIT_LIMITS, ...limits.bybit });
        }),
      ],
    ]);
  }

  /** Starts the servers on the given ports, or on free ones (0). Rejects when a port is taken. */
  async start(
    ports: Partial<Record<SimulatedVenueId, number>> = {},
  ): Promise<Record<SimulatedVenueId, SimulatedRoots>> {
    const roots = new Map<SimulatedVenueId, SimulatedRoots>();
    for (const [venue, server] of this.servers) {
      const port = await server.start(ports[venue] ?? 0).catch(async (error: unknown) => {
        await this.stop();
        throw error;
      });
      roots.set(venue, { ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` });
    }
    this.roots = roots;
    return this.urls;
  }

  /** Cuts every connection and closes the servers. */
  async stop(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
  }

  /** Addresses by venue; throws before the start. */
  get urls(): Record<SimulatedVenueId, SimulatedRoots> {
    const url = (venue: SimulatedVenueId) => {
      const roots = this.roots.get(venue);
      if (!roots) throw new Error('the simulated venues are not started');
      return roots;
    };
    return { binance: url('binance'), okx: url('okx'), bybit: url('bybit') };
  }

  /** One venue's server. */
  of(venue: SimulatedVenueId): VenueServer {
    const server = this.servers.get(venue);
    if (!server) throw new Error(`no simulated venue ${venue}`);
    return server;
  }

  /** One venue's fault switches. */
  faults(venue: SimulatedVenueId): VenueFaults {
    return new VenueFaults(this.of(venue));
  }

  /**
   * Puts forced orders on the wire at once: a Binance frame each, an OKX frame for all, a Bybit frame per symbol.
   * Returns what the ledger wrote down.
   */
  emit(venue: SimulatedVenueId, ...orders: readonly OrderToEmit[]): readonly LedgerEvent[] {
    const nowMs = this.scheduler.nowMs();
    return this.of(venue).emit(orders.map((order) => ({ ...order, timeMs: order.timeMs ?? nowMs })));
  }

  /** A book as who heard all of its updates must have it now; undefined while nobody has asked for it. */
  bookOf(venue: SimulatedVenueId, venueSymbol: string): BookTruth | undefined {
    return this.of(venue).flow.book(venueSymbol);
  }

  /** The newest trades of a market, told or not, oldest first. */
  tradesOf(venue: SimulatedVenueId, venueSymbol: string): readonly TradeTruth[] {
    return this.of(venue).flow.trades(venueSymbol);
  }

  /** What is open of a contract at a moment, now unless told; undefined if it is not listed. */
  openInterestOf(
    venue: SimulatedVenueId,
    venueSymbol: string,
    timeMs = this.scheduler.nowMs(),
  ): OpenInterestTruth | undefined {
    const listing = this.of(venue).catalog.get(venueSymbol);
    return listing && this.of(venue).positions.openInterest(listing, timeMs);
  }

  /** The running rate of a contract as it is estimated at a moment, now unless told; undefined if it is not listed. */
  fundingOf(
    venue: SimulatedVenueId,
    venueSymbol: string,
    timeMs = this.scheduler.nowMs(),
  ): FundingTruth | undefined {
    const listing = this.of(venue).catalog.get(venueSymbol);
    return listing && this.of(venue).positions.estimate(listing, timeMs);
  }

  /** The rates that a contract was charged from `fromMs` to `toMs`, both included, ascending. */
  settledFunding(
    venue: SimulatedVenueId,
    venueSymbol: string,
    fromMs: number,
    toMs: number,
  ): readonly FundingTruth[] {
    const listing = this.of(venue).catalog.get(venueSymbol);
    return listing ? this.of(venue).positions.settled(listing, fromMs, toMs, 10_000) : [];
  }

  /** An index such as `SOL-USDC` or `USDC-USDT` now: of every coin in USDT, USDC and USD. Undefined for any other. */
  indexPrice(index: string): number | undefined {
    const [base = '', quote = '', ...rest] = index.split('-');
    if (rest.length > 0 || !(DOLLAR_COINS.has(quote) || quote === 'USD') || base === quote) return undefined;
    const coin = COINS.find(({ name }) => name === base);
    if (!coin && !DOLLAR_COINS.has(base)) return undefined;
    const inUsdt = coin ? coin.price * this.prices.moveOf(base) : this.prices.dollarRate(base);
    return inUsdt / this.prices.dollarRate(quote);
  }

  /** Notes the mark prices of a moment for the candles. */
  observePrices(timeMs: number): void {
    for (const server of this.servers.values()) server.observePrices(timeMs);
  }

  /** Holds the mark price of a contract from now on. */
  setMark(venue: SimulatedVenueId, venueSymbol: string, price: number): void {
    this.prices.pin(venue, venueSymbol, price);
  }

  /**
   * Resolves when every open client has proved that it read everything written so far: those deliveries are then
   * CONFIRMED. Sockets that are half-open or die meanwhile are not waited for.
   */
  async confirm(): Promise<void> {
    const all = [...this.servers.values()].flatMap((server) => server.connections());
    await Promise.all(all.map((connection) => connection.confirm()));
  }

  private server(
    venue: SimulatedVenueId,
    catalog: VenueCatalog,
    protocol: (host: ProtocolHost) => VenueProtocol,
  ): VenueServer {
    const { scheduler, ledger, prices, options } = this;
    return new VenueServer({
      venue,
      scheduler,
      ledger,
      catalog,
      protocol,
      random: new SeededRandom(`${options.seed ?? 1}/faults/${venue}`),
      flow: { ...FLOW_SETTINGS, ...options.flow, seed: options.seed ?? 1 },
      markPrice(venueSymbol) {
        const listing = catalog.get(venueSymbol);
        return listing && prices.markPrice(venue, listing);
      },
      indexPrice: (index) => this.indexPrice(index),
      control(request, response) {
        if (options.control) {
          options.control(venue, request, response);
          return;
        }
        response.writeHead(404).end();
      },
    });
  }
}

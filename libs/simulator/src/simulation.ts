import { controlApi } from './control/control-api.js';
import { runCommand } from './control/control-commands.js';
import { HistoryServer } from './history/history-server.js';
import { pastOrders } from './history/past-orders.js';
import { SeededMarket } from './market/seeded-market.js';
import { ReplayPlayer, type ReplayOptions, type ReplayProgress } from './replay/replay-player.js';
import { every, machineScheduler } from './scheduler.js';
import {
  SIMULATED_VENUE_IDS,
  SimulatedVenues,
  type SimulatedVenueId,
  type SimulatedVenuesOptions,
} from './simulated-venues.js';

/** How often the market catches up with the clock. */
const MARKET_STEP_MS = 100;

/** What a simulation consists of. */
export interface SimulationOptions extends Omit<SimulatedVenuesOptions, 'control'> {
  /**
   * 1: as busy as the venues are; 10: ten times the quiet rate and more cascades; 0: prices move, nobody is
   * liquidated. Default 1, or 0 with a replay.
   */
  readonly intensity?: number;
  /** False: no market at all; marks stay where the catalogue or `setMark` puts them. Default true. */
  readonly market?: boolean;
  readonly ports?: Partial<Record<SimulatedVenueId, number>>;
  readonly replay?: ReplayOptions;
  /** Also a service that keeps the liquidations of the simulated Binance; absent: there is none. */
  readonly history?: SimulatedHistoryOptions;
}

/** How the service is set up that keeps liquidations. */
export interface SimulatedHistoryOptions {
  /** For so many hours before the simulation it has liquidations too, made to fit the candles; none unless told. */
  readonly hours?: number;
  readonly port?: number;
}

/** A running simulation: the venues and what moves them. */
export interface Simulation extends Pick<SimulatedVenues, 'urls' | 'ledger'> {
  readonly venues: SimulatedVenues;
  /** The settings that point a backend here: `BINANCE_WS_BASE_URL` and so on, two per venue. */
  readonly environment: Readonly<Record<string, string>>;
  /** The replay, prepared; it plays by itself and `replayed` resolves with its counts. */
  readonly player?: ReplayPlayer;
  readonly replayed?: Promise<ReplayProgress>;
  readonly history?: HistoryServer;
  readonly faults: SimulatedVenues['faults'];
  readonly emit: SimulatedVenues['emit'];
  readonly setMark: SimulatedVenues['setMark'];
  readonly confirm: SimulatedVenues['confirm'];
  /** Ends everything: market, replay, connections, servers. */
  stop(): Promise<void>;
}

/** Starts venues, market and replay. Rejects when a port is taken or a recording cannot be read. */
export async function startSimulation(options: SimulationOptions = {}): Promise<Simulation> {
  const { seed = 1, scheduler = machineScheduler, replay } = options;
  let player: ReplayPlayer | undefined;
  const venues: SimulatedVenues = new SimulatedVenues({
    ...options,
    control: controlApi({
      describe: () => describe(venues, player),
      command: (venue, body) => runCommand(venues, venue, body),
    }),
  });
  if (replay) {
    // The catalogues must hold every contract of the recordings before anybody reads them.
    player = new ReplayPlayer(venues, scheduler, replay);
    await player.prepare();
  }
  const urls = await venues.start(options.ports);
  const history = options.history && makeHistory(venues, options, options.history);
  const historyRoot = await history?.start(options.history?.port).catch(async (error: unknown) => {
    await venues.stop();
    throw error;
  });
  const replayed = player?.play();
  // Whoever waits for the replay learns of a failure; who does not must not be ended by it.
  replayed?.catch(() => undefined);
  const intensity = options.intensity ?? (replay ? 0 : 1);
  const market = new SeededMarket(venues, seed, intensity, scheduler.nowMs());
  const steps =
    options.market === false
      ? undefined
      : every(scheduler, MARKET_STEP_MS, () => market.advance(scheduler.nowMs()));
  return {
    venues,
    urls,
    ledger: venues.ledger,
    environment: {
      ...environmentOf(urls),
      ...(historyRoot !== undefined && { LIQUIDATION_API_BASE_URL: historyRoot }),
    },
    ...(history && { history }),
    ...(player && { player }),
    ...(replayed && { replayed }),
    faults: (venue) => venues.faults(venue),
    emit: (venue, ...orders) => venues.emit(venue, ...orders),
    setMark: (venue, venueSymbol, price) => venues.setMark(venue, venueSymbol, price),
    confirm: () => venues.confirm(),
    async stop() {
      steps?.cancel();
      player?.stop();
      await Promise.all([venues.stop(), history?.stop()]);
    },
  };
}

function makeHistory(
  venues: SimulatedVenues,
  { seed = 1, scheduler = machineScheduler }: SimulationOptions,
  { hours = 0 }: SimulatedHistoryOptions,
): HistoryServer {
  const nowMs = scheduler.nowMs();
  return new HistoryServer({
    seed,
    scheduler,
    ledger: venues.ledger,
    ...(hours > 0 && {
      past: (venueSymbol: string) => pastOrders(venues.of('binance'), venueSymbol, { seed, nowMs, hours }),
    }),
  });
}

function environmentOf(urls: SimulatedVenues['urls']): Record<string, string> {
  return Object.fromEntries(
    SIMULATED_VENUE_IDS.flatMap((venue) => [
      [`${venue.toUpperCase()}_WS_BASE_URL`, urls[venue].ws],
      [`${venue.toUpperCase()}_REST_BASE_URL`, urls[venue].rest],
    ]),
  );
}

/** The state that GET `/_control` tells. */
function describe(venues: SimulatedVenues, player: ReplayPlayer | undefined): unknown {
  const events = venues.ledger.events();
  return {
    venues: Object.fromEntries(
      SIMULATED_VENUE_IDS.map((venue) => {
        const server = venues.of(venue);
        return [
          venue,
          {
            ...venues.urls[venue],
            faults: server.faults,
            sockets: server.connections().map(({ id, open, halfOpen }) => ({ id, open, halfOpen })),
            liquidationListeners: server.liquidationListeners(),
          },
        ];
      }),
    ),
    ledger: {
      events: events.length,
      distinct: venues.ledger.distinct(events).length,
      delivered: venues.ledger.delivered('FLUSHED').length,
      dropped: venues.ledger.dropped,
    },
    ...(player && { replay: player.progress }),
  };
}

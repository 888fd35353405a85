import { type InstrumentLookup } from '@orderfox/domain';
import { type Clock, type JsonFetch } from '@orderfox/feed';
import { type HistoryPage, type HistoryQuery, type LiquidationHistory } from '@orderfox/venues';
import { type TimeRange } from '../symbols/symbol-interest.js';

/** Rows that are asked for when a market is first wanted. */
export const LATEST_ROWS = 50;
/** Rows that are asked for of a stretch of time; an answer with as many may have been cut. */
export const RANGE_ROWS = 1_000;

/** What a client of the service works with. */
export interface HistoryClientParts {
  /** What was configured. */
  readonly root: string;
  readonly venue: string;
  readonly history: LiquidationHistory;
  readonly instruments: InstrumentLookup;
  readonly records: (symbol: string) => boolean;
  readonly http: JsonFetch;
  readonly clock: Clock;
}

/** Asks the service for past liquidations, one request per call. */
export class HistoryClient {
  constructor(private readonly parts: HistoryClientParts) {}

  /** The contract that the service is asked for; undefined for a market that it cannot have or nobody records. */
  contractOf(symbol: string): string | undefined {
    const { instruments, records } = this.parts;
    if (!records(symbol)) return undefined;
    const contracts = instruments.all().filter((instrument) => instrument.symbol === symbol);
    return contracts.find(({ contractType }) => contractType === 'PERPETUAL')?.venueSymbol;
  }

  /** The newest rows of a contract, oldest first, never more than were asked for. Rejects with VenueError. */
  async latest(venueSymbol: string): Promise<HistoryPage> {
    const page = await this.#ask({ venueSymbol, limit: LATEST_ROWS });
    return { ...page, events: page.events.slice(-LATEST_ROWS) };
  }

  /** Rows of a stretch of time, oldest first, all of them unless there are `RANGE_ROWS`. Rejects with VenueError. */
  range(venueSymbol: string, range: TimeRange): Promise<HistoryPage> {
    return this.#ask({ venueSymbol, limit: RANGE_ROWS, ...range });
  }

  async #ask(query: HistoryQuery): Promise<HistoryPage> {
    const { root, venue, history, instruments, records, http, clock } = this.parts;
    const answer = await http(history.address(root, query));
    return history.read(answer, { venue, instruments, records, receivedTimeMs: clock.nowMs() });
  }
}

import { type Instrument, type Trade } from '@orderfox/domain';
import { NotWantedError, WithheldError, type Clock, type JsonFetch, type RequestAsk } from '@orderfox/feed';
import { type TradeRequest } from '@orderfox/venues';
import { RequestTally } from '../feeds/request-tally.js';
import { type TradeVenue } from './trade-market.js';

/** Trades from before anybody listened are worth no longer wait. */
const PATIENCE_MS = 1_000;

/** What turns are made of. */
export interface TradeTurnsParts {
  readonly venue: TradeVenue;
  /** A contract as the newest catalogue has it. */
  readonly instrumentNow: (instrument: Instrument) => Instrument;
  /** The door to the venue, which knows its limits and whether it wants to be left alone. */
  readonly http: JsonFetch;
  readonly clock: Clock;
}

/** What is wanted of a venue, and how much it matters. */
export type TradeWish = Omit<TradeRequest, 'nowMs'> & {
  /** Trades that were missed, and not only those from before anybody listened. */
  readonly isMissed: boolean;
  /** The market is followed whether any client wants it or not; what it missed comes before what the others did. */
  readonly isStanding?: () => boolean;
};

/** Asks one venue for past trades, and counts: what was missed matters more than what came before anybody listened. */
export class TradeTurns {
  readonly #tally = new RequestTally();
  #isStopped = false;

  constructor(private readonly parts: TradeTurnsParts) {}

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#tally.waiting;
  }

  /** Requests that were made. */
  get requests(): number {
    return this.#tally.made;
  }

  /** Of those: which the venue did not answer, or not with trades. */
  get failed(): number {
    return this.#tally.failed;
  }

  /**
   * Past trades of a contract, when it is their turn; undefined where they are not wanted any more then, or where those from
   * before anybody listened would take what is kept for others. Rejects with VenueError; at once, and without a request,
   * while the venue wants none.
   */
  async list(wish: TradeWish, isWanted: () => boolean): Promise<readonly Trade[] | undefined> {
    const { venue, instrumentNow, clock } = this.parts;
    const ask: RequestAsk = {
      ...(wish.isMissed
        ? {
            kind: 'MISSED_TRADES',
            patienceMs: Number.POSITIVE_INFINITY,
            goesFirst: wish.isStanding ?? (() => false),
          }
        : { kind: 'HISTORY', patienceMs: PATIENCE_MS, party: 'trades' }),
      isWanted: () => !this.#isStopped && isWanted(),
    };
    const { fromId, rows } = wish;
    const request = { instrument: instrumentNow(wish.instrument), fromId, rows, nowMs: clock.nowMs() };
    try {
      return await this.#tally.count(this.parts.http, ask, async (http) =>
        venue.trades.history?.list(http, venue.roots, request),
      );
    } catch (error) {
      if (error instanceof NotWantedError) return undefined;
      if (error instanceof WithheldError && !wish.isMissed) return undefined;
      throw error;
    }
  }

  /** Ends it: what waits is not asked for. */
  stop(): void {
    this.#isStopped = true;
  }
}

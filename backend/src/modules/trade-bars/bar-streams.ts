import { COMMON_TIMEFRAMES, type Timeframe } from '@orderfox/domain';
import { StateStream } from '@orderfox/fanout';
import { RareReport, type Clock } from '@orderfox/feed';
import { CLIENT_LIMITS, type ClientLimits } from '../../core/clients/client-limits.js';
import { ClientPlaces, type PlaceHolder } from '../../core/clients/client-places.js';
import { ApiError } from '../../core/graphql-errors.js';
import { type Log } from '../../core/log.js';
import { tradeKey } from '../trades/trade-market.js';
import { type TradeStreams } from '../trades/trade-streams.js';
import { BarBoard } from './bar-board.js';
import { type BarMarket } from './bar-market.js';
import { type BarNews } from './bar-news.js';
import { type BarReader } from './bar-reader.js';

/** Markets and timeframes that are followed at the same time, by all clients together; beside them those of `SYMBOLS`. */
const MAX_BOARDS = 200;
/** Others of `SYMBOLS` count like those of other markets: there are thousands of timeframes. */
const COMMON: ReadonlySet<Timeframe> = new Set(COMMON_TIMEFRAMES);

/** What streams of bars are made of. */
export interface BarStreamsParts {
  readonly reader: BarReader;
  readonly trades: Pick<TradeStreams, 'keep' | 'admit' | 'stands'>;
  /** How many one client may have followed. */
  readonly clients?: ClientLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxBoards?: number;
}

interface Followed {
  readonly board: BarBoard;
  readonly market: BarMarket;
  readonly timeframe: Timeframe;
}

/** Live bars: a board for each market and timeframe that somebody watches. */
export class BarStreams {
  readonly #boards = new Map<string, Followed>();
  readonly #places: ClientPlaces;
  readonly #failures: RareReport;
  #refused = 0;
  #isClosed = false;

  constructor(private readonly parts: BarStreamsParts) {
    this.#failures = new RareReport(parts.clock);
    this.#places = new ClientPlaces(
      parts.clients ?? CLIENT_LIMITS,
      'series of bars of markets outside SYMBOLS, or of unusual timeframes,',
    );
  }

  /** Markets and timeframes that are followed now. */
  get boardCount(): number {
    return this.#boards.size;
  }

  /** Subscriptions that were refused because too much was followed. */
  get refused(): number {
    return this.#refused + this.#places.refused;
  }

  /**
   * To be asked first for whoever is a client: what has no place of its own takes one of its share, of bars and of trades,
   * until it is over. Throws ApiError RATE_LIMITED.
   */
  admit(market: BarMarket, timeframe: Timeframe, holder: PlaceHolder): void {
    if (!this.#hasOwnPlace(market, timeframe)) this.#places.take(boardKey(market, timeframe), holder);
    this.parts.trades.admit(tradeKey(market), holder);
  }

  /** The newest bars of a market. Joining throws ApiError UNAVAILABLE while too many others are followed. */
  open(market: BarMarket, timeframe: Timeframe): StateStream<BarNews> {
    const key = boardKey(market, timeframe);
    return new StateStream(key, {
      keys: () => this.#boards.get(key)?.board.keys() ?? [],
      read: (each) => this.#boards.get(key)?.board.read(each),
      // Made when somebody really joins: asking alone holds nothing.
      subscribe: (onChanged) => this.#board(key, market, timeframe).subscribe(onChanged),
    });
  }

  /** Ends all boards. */
  close(): void {
    this.#isClosed = true;
    for (const { board } of [...this.#boards.values()]) board.end();
  }

  #board(key: string, market: BarMarket, timeframe: Timeframe): BarBoard {
    const known = this.#boards.get(key);
    if (known !== undefined) return known.board;
    this.#makeRoom(market, timeframe);
    const { reader, trades, clock, log } = this.parts;
    const board = new BarBoard({
      market,
      timeframe,
      reader,
      clock,
      keep: () => {
        const leave = trades.keep(market);
        this.#boards.set(key, { board, market, timeframe });
        return leave;
      },
      onError: (err) => {
        const due = this.#failures.add('bars');
        if (due !== undefined) log.error({ err, count: due.count }, 'bars could not be read');
      },
      onReleased: () => this.#boards.delete(key),
    });
    return board;
  }

  /** The usual timeframes of what is followed always have places that nobody else can take. */
  #hasOwnPlace(market: BarMarket, timeframe: Timeframe): boolean {
    return COMMON.has(timeframe) && this.parts.trades.stands(tradeKey(market));
  }

  /** Ends what nobody has watched for longest. Throws ApiError UNAVAILABLE where everything is watched. */
  #makeRoom(market: BarMarket, timeframe: Timeframe): void {
    if (this.#hasOwnPlace(market, timeframe) && !this.#isClosed) return;
    const places = this.parts.maxBoards ?? MAX_BOARDS;
    const others = [...this.#boards.values()].filter((one) => !this.#hasOwnPlace(one.market, one.timeframe));
    if (others.length < places && !this.#isClosed) return;
    const unwatched = others.flatMap(({ board }) =>
      board.unwatchedSinceMs === undefined ? [] : [{ board, sinceMs: board.unwatchedSinceMs }],
    );
    const [longest] = unwatched.sort((a, b) => a.sinceMs - b.sinceMs);
    if (longest !== undefined && !this.#isClosed) {
      longest.board.end();
      return;
    }
    this.#refused += 1;
    throw new ApiError(
      'UNAVAILABLE',
      `The bars of ${places} markets and timeframes are followed already. Try again later.`,
    );
  }
}

function boardKey(market: BarMarket, timeframe: Timeframe): string {
  return `bars|${tradeKey(market)}|${timeframe}`;
}

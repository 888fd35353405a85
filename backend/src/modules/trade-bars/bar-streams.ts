import { type Timeframe } from '@orderfox/domain';
import { StateStream } from '@orderfox/fanout';
import { RareReport, type Clock } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type Log } from '../../core/log.js';
import { tradeKey } from '../trades/trade-market.js';
import { type TradeStreams } from '../trades/trade-streams.js';
import { BarBoard } from './bar-board.js';
import { type BarMarket } from './bar-market.js';
import { type BarNews } from './bar-news.js';
import { type BarReader } from './bar-reader.js';

/** Markets and timeframes that are followed at the same time, by all clients together. */
const MAX_BOARDS = 200;

/** What streams of bars are made of. */
export interface BarStreamsParts {
  readonly reader: BarReader;
  readonly trades: Pick<TradeStreams, 'keep'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxBoards?: number;
}

/** Live bars: a board for each market and timeframe that somebody watches. */
export class BarStreams {
  readonly #boards = new Map<string, BarBoard>();
  readonly #failures: RareReport;
  #refused = 0;
  #isClosed = false;

  constructor(private readonly parts: BarStreamsParts) {
    this.#failures = new RareReport(parts.clock);
  }

  /** Markets and timeframes that are followed now. */
  get boardCount(): number {
    return this.#boards.size;
  }

  /** Subscriptions that were refused because too much was followed. */
  get refused(): number {
    return this.#refused;
  }

  /** The newest bars of a market. Joining throws ApiError UNAVAILABLE while too many others are followed. */
  open(market: BarMarket, timeframe: Timeframe): StateStream<BarNews> {
    const key = `bars|${tradeKey(market)}|${timeframe}`;
    return new StateStream(key, {
      keys: () => this.#boards.get(key)?.keys() ?? [],
      read: (each) => this.#boards.get(key)?.read(each),
      // Made when somebody really joins: asking alone holds nothing.
      subscribe: (onChanged) => this.#board(key, market, timeframe).subscribe(onChanged),
    });
  }

  /** Ends all boards. */
  close(): void {
    this.#isClosed = true;
    for (const board of [...this.#boards.values()]) board.end();
  }

  #board(key: string, market: BarMarket, timeframe: Timeframe): BarBoard {
    const known = this.#boards.get(key);
    if (known !== undefined) return known;
    this.#makeRoom();
    const { reader, trades, clock, log } = this.parts;
    const board = new BarBoard({
      market,
      timeframe,
      reader,
      clock,
      keep: () => {
        const leave = trades.keep(market);
        this.#boards.set(key, board);
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

  /** Ends what nobody has watched for longest. Throws ApiError UNAVAILABLE where everything is watched. */
  #makeRoom(): void {
    if (this.#boards.size < (this.parts.maxBoards ?? MAX_BOARDS) && !this.#isClosed) return;
    const unwatched = [...this.#boards.values()].flatMap((board) =>
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
      `The bars of ${this.parts.maxBoards ?? MAX_BOARDS} markets and timeframes are followed already. Try again later.`,
    );
  }
}

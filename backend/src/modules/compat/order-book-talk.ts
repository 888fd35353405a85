import { type DecimalString } from '@orderfox/domain';
import { type ExecutionResult } from 'graphql';
import { ApiError } from '../../core/graphql-errors.js';
import { type ResultForm } from '../../core/graphql-socket/result-form.js';
import { type CompatProblem } from './compat-errors.js';
import { type CompatFollow, type CompatLine, type CompatTalk } from './compat-session.js';
import { FixedOperation } from './fixed-operation.js';
import { changedWish, type BookWish } from './order-book-params.js';

/** What forms and talks work with. */
export interface OrderBookTalkParts {
  /** The time as messages have it. */
  readonly timestamp: () => string;
  readonly problemOf: (error: unknown) => CompatProblem;
  /** Most price levels of each side. */
  readonly maxLevels: number;
}

/** States in which a book is being brought. */
const BEGINNING: ReadonlySet<string> = new Set(['CONNECTING', 'SYNCING']);
/** Levels for which nothing is said. */
const USUAL_LEVELS = 20;

const LEVEL = 'price quantity total priceFormatted quantityFormatted totalFormatted';
const LIVE = new FixedOperation(`subscription($symbol: ID!, $limit: Int!, $rounding: Decimal) {
  book: orderBookUpdated(symbol: $symbol, limit: $limit, rounding: $rounding) {
    symbol venue state reason since until tickSize rounding timestamp bestBid bestAsk spread spreadBps
    bids { ${LEVEL} } asks { ${LEVEL} }
  }
}`);

interface Level {
  readonly price: DecimalString;
  readonly quantity: DecimalString;
  readonly total: DecimalString;
  readonly priceFormatted: string;
  readonly quantityFormatted: string;
  readonly totalFormatted: string;
}

/** A book as GraphQL gives it. */
interface Book {
  readonly symbol: string;
  readonly venue: string;
  readonly state: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number | null;
  readonly tickSize: DecimalString;
  readonly rounding: DecimalString;
  readonly timestamp: number | null;
  readonly bestBid: DecimalString | null;
  readonly bestAsk: DecimalString | null;
  readonly spread: DecimalString | null;
  readonly spreadBps: number | null;
  readonly bids: readonly Level[] | null;
  readonly asks: readonly Level[] | null;
}

/** The conversations about order books. */
export class OrderBookTalks {
  constructor(private readonly parts: OrderBookTalkParts) {}

  /**
   * The book of a market, then again when it has changed. The client may change how it is shown while it is: the frame after
   * that is of the new choice, and a choice that cannot be had leaves the old one.
   */
  about(wish: BookWish): CompatTalk {
    return async (line) => {
      const conversation = new BookConversation(line, wish, (wanted) => this.#follow(line, wanted));
      await conversation.begin();
    };
  }

  #follow(line: CompatLine, { symbol, limit = USUAL_LEVELS, rounding }: BookWish): Promise<CompatFollow> {
    // Earlier terminals ask for more than there may be, and take what they get.
    const levels = Math.min(limit, this.parts.maxLevels);
    return line.follow(LIVE, { symbol, limit: levels, rounding }, this.#form(levels));
  }

  /** The limit stands in the message, and not in what GraphQL answers. */
  #form(limit: number): ResultForm {
    return {
      name: `orderbook_update ${limit}`,
      write: (result) => JSON.stringify(this.#message(result, limit)),
    };
  }

  #message({ data, errors }: ExecutionResult, limit: number): object {
    if (errors !== undefined) return this.#error(errors[0]);
    const { book } = data as unknown as { readonly book: Book };
    const { symbol, venue, state, reason, since, until, timestamp, bids, asks } = book;
    if (bids === null || asks === null || timestamp === null) {
      const details = { symbol, venue, state, reason, since, ...(until !== null && { until }) };
      // On its way: nothing is wrong yet.
      if (BEGINNING.has(state))
        return { type: 'orderbook_status', ...details, timestamp: this.parts.timestamp() };
      const words = `There is no order book of ${symbol} from ${venue} now: ${reason}`;
      return this.#error(new ApiError('UNAVAILABLE', words, details));
    }
    return {
      type: 'orderbook_update',
      symbol,
      venue,
      limit,
      rounding: Number(book.rounding),
      tickSize: Number(book.tickSize),
      bids: bids.map(level),
      asks: asks.map(level),
      bestBid: Number(book.bestBid),
      bestAsk: Number(book.bestAsk),
      spread: Number(book.spread),
      spreadBps: book.spreadBps,
      timestamp,
    };
  }

  /** The socket stays open: the book comes back by itself. */
  #error(error: unknown): object {
    return { type: 'error', ...this.parts.problemOf(error), timestamp: this.parts.timestamp() };
  }
}

/** For drawing, hence doubles; GraphQL has the exact numbers. */
function level({ price, quantity, total, priceFormatted, quantityFormatted, totalFormatted }: Level) {
  return {
    price: Number(price),
    amount: Number(quantity),
    total: Number(total),
    priceFormatted,
    amountFormatted: quantityFormatted,
    totalFormatted,
  };
}

/** Parameters of a message, by their names. */
type Change = Readonly<Record<string, unknown>>;

/** One socket's book, and what its client wants of it. */
class BookConversation {
  #current: CompatFollow | undefined;
  /** What messages changed since the last turn to a wish, the oldest first, without what later ones name too. */
  #changes: readonly Change[] = [];
  /** Something begins to be followed, and the next has to wait; from the start, since the first does. */
  #isTurning = true;

  constructor(
    private readonly line: CompatLine,
    private wish: BookWish,
    private readonly follow: (wish: BookWish) => Promise<CompatFollow>,
  ) {}

  async begin(): Promise<void> {
    // What a client says as soon as its socket is open counts, too.
    this.line.hear((message) => this.#take(message));
    this.#current = await this.follow(this.wish);
    await this.#turn();
  }

  #take({ type, limit, rounding }: Readonly<Record<string, unknown>>): void {
    if (type !== 'update_params') return;
    const named = { ...(limit !== undefined && { limit }), ...(rounding !== undefined && { rounding }) };
    try {
      changedWish(this.wish, named);
    } catch (error) {
      this.line.complain(error);
      return;
    }
    const others = this.#changes.map((change) => without(change, named));
    this.#changes = [...others, named].filter((change) => Object.keys(change).length > 0);
    if (!this.#isTurning) void this.#turn();
  }

  /**
   * One after the other; those that come meanwhile are turned to at once, and where that cannot be had each by itself, so that
   * one that is wrong takes no other with it. What they do not name is as the turn under way leaves it.
   */
  async #turn(): Promise<void> {
    this.#isTurning = true;
    while (this.#changes.length > 0) {
      const changes = this.#changes;
      this.#changes = [];
      const failure = await this.#turnTo(Object.assign({}, ...changes) as Change);
      if (failure === undefined) continue;
      if (changes.length === 1) this.line.complain(failure.error);
      else await this.#turnToEach(changes);
    }
    this.#isTurning = false;
  }

  async #turnToEach(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      const failure = await this.#turnTo(change);
      if (failure !== undefined) this.line.complain(failure.error);
    }
  }

  /** Undefined once it is followed. The old one goes when the new one is there: a wish that cannot be had changes nothing. */
  async #turnTo(change: Change): Promise<{ readonly error: unknown } | undefined> {
    const next = changedWish(this.wish, change);
    try {
      const follow = await this.follow(next);
      this.#current?.stop();
      this.#current = follow;
      this.wish = next;
      return undefined;
    } catch (error) {
      return { error };
    }
  }
}

/** What of a change another one does not name. */
function without(change: Change, other: Change): Change {
  return Object.fromEntries(Object.entries(change).filter(([name]) => !Object.hasOwn(other, name)));
}

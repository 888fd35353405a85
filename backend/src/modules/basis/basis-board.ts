import { StateStream } from '@orderfox/fanout';
import { type Clock } from '@orderfox/feed';
import { type PlaceHolder } from '../../core/clients/client-places.js';
import { bookKeyOf } from '../books/book-market.js';
import { type BookQueryReader } from '../books/book-query-reader.js';
import { type BookStreams } from '../books/book-streams.js';
import { BasisFeed } from './basis-feed.js';
import { marketOf, type BasisPair } from './basis-pair.js';
import { type BasisView } from './basis-view.js';
import { type StableCoinRates } from './stable-coin-rates.js';

/** The one part of the stream of a basis. */
const BASIS = 'basis';
const TOP = { limit: 1 };

/** What basis is made with. */
export interface BasisBoardParts {
  readonly streams: BookStreams;
  readonly questions: Pick<BookQueryReader, 'marketsOf' | 'absenceOf'>;
  readonly rates: StableCoinRates;
  readonly clock: Clock;
}

/** The basis of every coin that somebody asks for: one of each, however many ask. */
export class BasisBoard {
  /** By symbol. As many as there are books at most, for each follows one. */
  readonly #feeds = new Map<string, BasisFeed>();

  constructor(private readonly parts: BasisBoardParts) {}

  /** Coins whose basis is followed. */
  get followed(): number {
    return this.#feeds.size;
  }

  /** The basis, first as it is and then as it changes. Joining throws ApiError UNAVAILABLE while too many books are followed. */
  open(pair: BasisPair): StateStream<BasisView> {
    const { symbol } = pair;
    return new StateStream(`basis|${symbol}`, {
      keys: () => (this.#feeds.has(symbol) ? [BASIS] : []),
      read: () => this.#feeds.get(symbol)?.read(),
      subscribe: (onChanged) => this.#feedOf(pair).subscribe(() => onChanged(BASIS)),
    });
  }

  /**
   * The basis as it is now. Books that nobody has looked at are waited for, three seconds at most. Rejects with ApiError
   * UNAVAILABLE while too many books are followed, and with the signal's reason.
   */
  async read(pair: BasisPair, signal?: AbortSignal): Promise<BasisView> {
    const { streams, questions, rates } = this.parts;
    const feed = this.#feedOf(pair);
    const leave = feed.subscribe(() => undefined);
    try {
      const markets = [pair.binance, pair.okx].flatMap((side) => marketOf(questions, side) ?? []);
      await Promise.all(markets.map((market) => streams.read(market, TOP, signal)));
      if (rates.now().rate === undefined) await rates.settled();
      signal?.throwIfAborted();
      return feed.read();
    } finally {
      leave();
    }
  }

  /** Follows a basis always; the returned function ends that. Throws ApiError UNAVAILABLE. */
  stand(pair: BasisPair): () => void {
    return this.#feedOf(pair).stand();
  }

  /**
   * To be asked first for whoever is a client: each book takes a place of its share, as if it were looked at, also one that is
   * not listed yet. Throws ApiError RATE_LIMITED.
   */
  admit({ binance, okx }: BasisPair, holder: PlaceHolder): void {
    for (const { venue, venueSymbol } of [binance, okx]) {
      this.parts.streams.admit(bookKeyOf(venue, venueSymbol), holder);
    }
  }

  #feedOf(pair: BasisPair): BasisFeed {
    const { streams, questions, rates, clock } = this.parts;
    const known = this.#feeds.get(pair.symbol);
    if (known !== undefined) return known;
    const feed = new BasisFeed({
      pair,
      streams,
      rates,
      marketOf: (side) => marketOf(questions, side),
      absenceOf: ({ venue }) => questions.absenceOf(venue),
      clock,
      onReleased: () => this.#feeds.delete(pair.symbol),
    });
    this.#feeds.set(pair.symbol, feed);
    return feed;
  }
}

import { FakeClock } from '@orderfox/feed';
import { type ClientLimits } from '../../core/clients/client-limits.js';
import { limitedHttp } from '../feeds/limited-http-for-tests.js';
import { BookSocketDouble, settled, SnapshotDouble, wholeBook } from './book-double-for-tests.js';
import { type BookMarket } from './book-market.js';
import { BookStreams } from './book-streams.js';
import { type BookChoice, type OrderBookView } from './order-book-view.js';

/** For specs: books of venues that say what the spec says, at a time that it moves. */
export class BookStreamsForTests {
  readonly clock: FakeClock;
  readonly snapshots = new SnapshotDouble();
  readonly streams: BookStreams;
  /** What the newest catalogue has of a market. */
  marketNow: (market: BookMarket) => BookMarket = (market) => market;
  #socket: BookSocketDouble | undefined;

  constructor(startMs: number, maxBooks = 100, reserved = 0, clients?: ClientLimits) {
    this.clock = new FakeClock(startMs);
    const quiet = () => undefined;
    this.streams = new BookStreams({
      http: limitedHttp(this.clock, { points: 2_400, perMs: 60_000 }),
      openSocket: (options) => (this.#socket = new BookSocketDouble(options)),
      clock: this.clock,
      random: () => 0.5,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      maxBooks,
      reserved,
      ...(clients && { clients }),
      marketNow: (market) => this.marketNow(market),
    });
  }

  /** The newest connection. */
  get socket(): BookSocketDouble {
    if (this.#socket === undefined) throw new Error('no connection was opened');
    return this.#socket;
  }

  /** Somebody who looks: what they saw, newest last, how it is now, and how to leave. */
  look(market: BookMarket, choice: BookChoice = { limit: 20 }) {
    const { source } = this.streams.open(market, choice);
    const seen: OrderBookView[] = [];
    const see = () => {
      const view = source.read('book');
      if (view !== undefined) seen.push(view);
    };
    const leave = source.subscribe(see);
    see();
    return { seen, leave, now: () => source.read('book') };
  }

  /** Makes a book of Binance whole, up to id 110. */
  async becomeWhole({ instrument: { venueSymbol } }: BookMarket): Promise<void> {
    this.socket.become('LIVE');
    this.socket.say(venueSymbol, change(90, 100));
    await settled();
    await this.snapshots.answer(wholeBook(100));
    this.socket.say(venueSymbol, change(100, 110));
  }
}

/** For specs: state, best bid and best ask. */
export function best(view: OrderBookView | undefined): readonly (string | undefined)[] {
  return [view?.state, view?.bestBid, view?.bestAsk];
}

/** For specs: changes of Binance after `previousId`, up to `lastId`. */
export function change(
  previousId: number,
  lastId: number,
  bids: readonly (readonly [string, string])[] = [],
) {
  return { previousId, firstId: previousId + 1, lastId, bids };
}

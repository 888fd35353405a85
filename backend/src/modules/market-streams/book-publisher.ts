import { RareReport, type Clock } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { spreadBpsOf, type BookTop } from '../book-tops/book-top.js';
import { isOutdatedId, isWrongType } from './redis-failure.js';
import { type RedisLink } from './redis-link.js';
import { add } from './redis-streams.js';
import { type StreamEntry } from './stream-entry.js';

/** Between two entries of one book, ms. */
export const BOOK_EVERY_MS = 100;
/** Rounds whose answers may be on their way: two seconds of them. */
const MOST_UNDER_WAY = 20;

/** What is counted. */
export interface BookPublisherCounts {
  readonly published: number;
  /** Tops that came while Redis could not take them, or that it refused. They are not published later. */
  readonly dropped: number;
}

/** What a publisher works with. */
export interface BookPublisherParts {
  readonly link: Pick<RedisLink, 'run' | 'fail' | 'isReady'>;
  /** The stream of a book; undefined where it has none. */
  readonly keyOf: (top: BookTop) => string | undefined;
  /** Entries that a stream keeps, about. */
  readonly most: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Publishes tops of books as they come. What Redis cannot take at once is dropped: a top of the past is of no use. */
export class BookPublisher {
  #underWay = 0;
  #published = 0;
  #dropped = 0;
  readonly #reports: RareReport;

  constructor(private readonly parts: BookPublisherParts) {
    this.#reports = new RareReport(parts.clock);
  }

  get counts(): BookPublisherCounts {
    return { published: this.#published, dropped: this.#dropped };
  }

  /** Takes the tops of one moment. Never throws, never waits. */
  take(tops: readonly BookTop[]): void {
    if (!this.parts.link.isReady || this.#underWay >= MOST_UNDER_WAY) {
      this.#dropped += tops.length;
      return;
    }
    this.#underWay += 1;
    void this.#publish(tops).finally(() => (this.#underWay -= 1));
  }

  /** Never rejects. */
  async #publish(tops: readonly BookTop[]): Promise<void> {
    const { link, keyOf, most } = this.parts;
    const entries = tops.flatMap((top) => {
      const key = keyOf(top);
      return key === undefined ? [] : [{ key, entry: bookEntry(top) }];
    });
    try {
      await link.run(async (redis) => {
        const answers = await Promise.allSettled(
          entries.map(({ key, entry }) => add(redis, key, most, entry)),
        );
        for (const answer of answers) this.#note(answer);
      });
    } catch (error) {
      link.fail(error);
    }
  }

  /** Throws what concerns all of Redis, and not one entry alone. */
  #note(answer: PromiseSettledResult<void>): void {
    if (answer.status === 'fulfilled') {
      this.#published += 1;
      return;
    }
    this.#dropped += 1;
    const error: unknown = answer.reason;
    if (!isOutdatedId(error) && !isWrongType(error)) throw error;
    const due = this.#reports.add(isWrongType(error) ? 'WRONGTYPE' : 'ID');
    const why = isWrongType(error)
      ? 'the key of a stream of books holds something else'
      : 'a stream of books holds entries of a later time: the clock was set back, or somebody else publishes them too';
    if (due !== undefined) this.parts.log.warn({ count: due.count }, why);
  }
}

/** A top as it is published; the place of one is the tenth of a second of which it is. */
export function bookEntry(top: BookTop): StreamEntry {
  return {
    place: top.timeMs,
    fields: {
      symbol: top.symbol,
      bid_px: top.bestBid,
      bid_qty: top.bestBidQuantity,
      ask_px: top.bestAsk,
      ask_qty: top.bestAskQuantity,
      spread_bps: spreadBpsOf(top),
      depth_10bps_bid_usd: top.depth10Bps.bidUsd,
      depth_10bps_ask_usd: top.depth10Bps.askUsd,
      depth_10bps_bid_is_floor: String(top.depth10Bps.isBidFloor),
      depth_10bps_ask_is_floor: String(top.depth10Bps.isAskFloor),
      timestamp: String(top.timeMs),
      venue: top.venue,
      venue_symbol: top.venueSymbol,
      venue_timestamp: String(top.venueTimeMs),
    },
  };
}

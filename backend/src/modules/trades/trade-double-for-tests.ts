import { parseDecimal, type OrderSide, type Trade, type VenueId } from '@orderfox/domain';
import { type LiveSocketOptions, type SocketState } from '@orderfox/feed';
import { VENUE_ADAPTERS, type TradeRequest, type VenueTrades } from '@orderfox/venues';
import { endOfTurn } from '../../core/turns.js';
import { type FeedSocket } from '../feeds/feed-ports.js';
import { instrument } from '../symbols/symbols-for-tests.js';
import { type TradeMarket } from './trade-market.js';

/** What the double of a connection says: trades of a topic, and how many rows beside them cannot be read. */
interface Said {
  readonly topic: string;
  readonly trades: readonly Trade[];
  readonly broken: number;
}

/** For specs, in place of a connection to a venue: what is asked of it, and a way to say something. */
export class TradeSocketDouble implements FeedSocket {
  status: FeedSocket['status'] = { state: 'CONNECTING', reason: '' };
  readonly lastDataMs = undefined;
  readonly refusedTopics = new Map<string, string>();
  topics: readonly string[];
  isStopped = false;

  constructor(private readonly options: LiveSocketOptions) {
    this.topics = options.topics;
  }

  start(): void {
    this.become('CONNECTING');
  }

  setTopics(topics: readonly string[]): void {
    this.topics = topics;
  }

  stop(): Promise<void> {
    this.isStopped = true;
    return Promise.resolve();
  }

  become(state: SocketState, reason = ''): void {
    this.status = { state, reason };
    this.options.onState(this.status);
  }

  /** Trades of one frame, all of one market. */
  say(...trades: readonly Trade[]): void {
    this.sayBroken(0, ...trades);
  }

  /** A frame that cannot be read at all. */
  sayUnreadable(): void {
    this.options.onUnreadableFrame?.();
  }

  /** A frame of BTCUSDT, or of the trades' market, with rows that cannot be read. */
  sayBroken(broken: number, ...trades: readonly Trade[]): void {
    const said: Said = { topic: trades[0]?.venueSymbol ?? 'BTCUSDT', trades, broken };
    this.options.onMessage(said, 0);
  }
}

/** For specs: a trade of one coin. A number makes it one of a venue that numbers its trades; a text one of another. */
export function trade(id: number | string, given: Partial<Trade> = {}): Trade {
  const one = parseDecimal('1');
  return {
    type: 'trade',
    venue: 'double',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTCUSDT',
    takerSide: 'BUY' satisfies OrderSide,
    price: one,
    quantity: one,
    notionalUsd: one,
    tradeId: String(id),
    ...(typeof id === 'number' && { aggregateId: id }),
    venueTimeMs: 1_700_000_000_000,
    receivedTimeMs: 1_700_000_000_040,
    ...given,
  };
}

/** For specs: trades numbered `from` to `to`, both included. */
export function tradesBetween(from: number, to: number): readonly Trade[] {
  return Array.from({ length: to - from + 1 }, (_, index) => trade(from + index));
}

/** For specs: requests for past trades, answered when the spec says so. */
export class PastDouble {
  readonly asked: Pick<TradeRequest, 'fromId' | 'rows'>[] = [];
  readonly #waiting: { resolve: (trades: readonly Trade[]) => void; reject: (error: Error) => void }[] = [];

  readonly list = ({ fromId, rows }: TradeRequest): Promise<readonly Trade[]> => {
    this.asked.push({ fromId, rows });
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  };

  /** Answers the oldest question that waits. */
  async answer(...trades: readonly Trade[]): Promise<void> {
    this.#waiting.shift()?.resolve(trades);
    await settled();
  }

  async fail(error: Error): Promise<void> {
    this.#waiting.shift()?.reject(error);
    await settled();
  }
}

/** Promises that are fulfilled have told everybody, and what was told has reached those who listen. */
export async function settled(turns = 100): Promise<void> {
  // A topic hands out 64 events in a turn.
  for (let turn = 0; turn < turns; turn += 1) await endOfTurn();
}

/** For specs: a market whose venue says what the spec says. `past`: given to a venue that numbers its trades. */
export function tradeMarket(
  past?: PastDouble,
  venueSymbol = 'BTCUSDT',
  venue: VenueId = 'double',
): TradeMarket {
  const [like] = VENUE_ADAPTERS;
  if (like?.trades === undefined) throw new Error('the first venue has no trades');
  const trades: VenueTrades = {
    protocol: like.trades.protocol,
    topicOf: (each) => each.venueSymbol,
    normalise: (message, wanted) => {
      const { topic, trades: said, broken } = message as Said;
      if (wanted(topic) === undefined) return { trades: [], problems: [] };
      return {
        trades: said.map((one) => ({ topic, trade: one })),
        problems: Array.from({ length: broken }, () => 'price is missing'),
      };
    },
    ...(past && {
      history: { maxRows: 1_000, points: 20, list: (_http, _roots, request) => past.list(request) },
    }),
  };
  return {
    venue: { id: venue, name: 'Double', roots: like.roots, trades },
    instrument: instrument({ venue, venueSymbol }),
  };
}

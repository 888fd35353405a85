import { type Instrument, type Trade, type VenueId } from '@orderfox/domain';
import { EventStream, EventTopic, type EventSource } from '@orderfox/fanout';
import {
  RareReport,
  VenueError,
  type Clock,
  type JsonFetch,
  type Random,
  type SocketStatus,
  type Timer,
} from '@orderfox/feed';
import { CLIENT_LIMITS, type ClientLimits } from '../../core/clients/client-limits.js';
import { ClientPlaces, type PlaceHolder } from '../../core/clients/client-places.js';
import { TokenBucket } from '../../core/clients/token-bucket.js';
import { ApiError } from '../../core/graphql-errors.js';
import { type Log } from '../../core/log.js';
import { endOfTurn } from '../../core/turns.js';
import { type OpenSocket } from '../feeds/feed-ports.js';
import { KeyCounts } from '../symbols/key-counts.js';
import { FollowedTrades } from './followed-trades.js';
import { TradeFeed } from './trade-feed.js';
import { type HearTrades, type TradeHearer } from './trade-hearing.js';
import { ToldTrade, tradeKey, type TapedTrade, type TradeMarket, type TradeVenue } from './trade-market.js';
import { TradesOut, type TradeNews } from './trade-news.js';
import { type TradeGap, type TradeTapeCounts } from './trade-tape.js';
import { TradeTurns } from './trade-turns.js';

/** How long a market goes on to be followed when nobody wants it: people come back, and pages are reloaded. */
const LINGER_MS = 60_000;
const SWEEP_EVERY_MS = 1_000;

/** Bounds of what is followed. */
export interface TradeLimits {
  /** Markets that are followed at once. */
  readonly followed: number;
  /** Of those: places that are kept for what is followed always; default none. */
  readonly reserved?: number;
  /** Newest trades of each that are kept. */
  readonly kept: number;
  /** Trades a second, of all markets together; more are left out and told as gaps. */
  readonly perSecond: number;
}

/** What trades are followed with. */
export interface TradeStreamsParts {
  readonly http: JsonFetch;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits: TradeLimits;
  /** How many markets one client may have followed, of those that are not followed always. */
  readonly clients?: ClientLimits;
  /** A contract as the newest catalogue has it. */
  readonly instrumentNow: (instrument: Instrument) => Instrument;
}

/** What is counted. */
export interface TradeCounts extends TradeTapeCounts {
  readonly markets: number;
  readonly topics: number;
  readonly connections: number;
  readonly subscribers: number;
  /** Rows, and whole frames, of venues that could not be read. */
  readonly unreadable: number;
  readonly requests: number;
  readonly failed: number;
  readonly waiting: number;
  readonly refused: number;
}

/** Whose trades are wanted, by `tradeKey`. */
export interface TradeChoice {
  readonly market: string;
}

/** Live trades: a tape for each market that somebody wants, one connection per venue, and one topic for all who listen. */
export class TradeStreams {
  readonly #followed = new Map<string, FollowedTrades>();
  /** Markets that are followed whether anybody listens or not. */
  readonly #kept = new KeyCounts();
  /** Of those: what was missed of which comes before what was missed of others. */
  readonly #standing = new KeyCounts();
  readonly #places: ClientPlaces;
  readonly #feeds = new Map<VenueId, TradeFeed>();
  readonly #turns = new Map<VenueId, TradeTurns>();
  readonly #topic: EventTopic<TradeNews, TradeChoice>;
  readonly #intake: TokenBucket;
  readonly #gaps: RareReport;
  /** Of markets that are not followed any more. */
  readonly #past = { told: 0, known: 0, refilled: 0, gaps: 0, shed: 0 };
  #publish: (news: TradeNews) => void = () => undefined;
  #hear: HearTrades | undefined;
  #position = 0;
  #refused = 0;
  #sweeping: Timer | undefined;
  #isClosed = false;

  constructor(private readonly parts: TradeStreamsParts) {
    const { clock, log, limits, clients } = parts;
    this.#places = new ClientPlaces(clients ?? CLIENT_LIMITS, 'tapes of markets outside SYMBOLS');
    this.#intake = new TokenBucket(limits.perSecond, limits.perSecond, clock);
    this.#gaps = new RareReport(clock);
    this.#topic = new EventTopic(this.#source(), endOfTurn, (err) =>
      log.error({ err }, 'a subscriber of trades could not be told of its failure'),
    );
  }

  counts(): TradeCounts {
    const sum = <T>(all: Iterable<T>, of: (one: T) => number) =>
      [...all].reduce((total, one) => total + of(one), 0);
    const tapes = (name: keyof TradeTapeCounts) =>
      this.#past[name] + sum(this.#followed.values(), ({ tape }) => tape.counts[name]);
    return {
      markets: this.#followed.size,
      topics: sum(this.#feeds.values(), ({ topics }) => topics),
      connections: sum(this.#feeds.values(), ({ connections }) => connections),
      subscribers: this.#topic.memberCount,
      told: tapes('told'),
      known: tapes('known'),
      refilled: tapes('refilled'),
      gaps: tapes('gaps'),
      shed: tapes('shed'),
      unreadable: sum(this.#feeds.values(), ({ unreadable }) => unreadable),
      requests: sum(this.#turns.values(), ({ requests }) => requests),
      failed: sum(this.#turns.values(), ({ failed }) => failed),
      waiting: sum(this.#turns.values(), ({ waiting }) => waiting),
      refused: this.#refused + this.#places.refused,
    };
  }

  /**
   * To be asked first for whoever is a client: a market that is not followed always takes a place of its share until it is
   * over, and makes no room for others until then. `key`: see tradeKey. Throws ApiError RATE_LIMITED.
   */
  admit(key: string, holder: PlaceHolder): void {
    if (!this.#standing.has(key)) this.#places.take(key, holder);
  }

  /** Every trade of a market from now on. Throws ApiError UNAVAILABLE while too many others are followed. */
  open(market: TradeMarket): EventStream<TradeNews, TradeChoice> {
    this.#follow(market);
    return new EventStream(this.#topic, { market: tradeKey(market) }, undefined, slowError);
  }

  /**
   * The newest trades of a market, the newest first; fewer than `count` where no more are known. Rejects with ApiError
   * UNAVAILABLE while the venue cannot be reached or too many others are followed, and with the signal's reason.
   */
  async read(market: TradeMarket, count: number, signal?: AbortSignal): Promise<readonly TapedTrade[]> {
    const followed = this.#follow(market);
    await followed.ready(signal);
    signal?.throwIfAborted();
    const trades = followed.newest(count);
    if (trades instanceof ApiError) throw trades;
    return trades;
  }

  /** Follows a market whether anybody listens or not, until the returned function is called. Throws like `open`. */
  keep(market: TradeMarket): () => void {
    this.#follow(market);
    return this.#kept.hold(tradeKey(market));
  }

  /** Like `keep`, for what is followed always: what it missed is asked for before what others did, and it is never too many. */
  stand(market: TradeMarket): () => void {
    const letGo = this.#standing.hold(tradeKey(market));
    try {
      const leave = this.keep(market);
      return () => {
        letGo();
        leave();
      };
    } catch (error) {
      letGo();
      throw error;
    }
  }

  /** Whether a market, see tradeKey, is followed always. */
  stands(key: string): boolean {
    return this.#standing.has(key);
  }

  /** All trades of all markets that begin to be followed from now on are heard by this one. To be called once, at first. */
  hear(hear: HearTrades): void {
    this.#hear = hear;
  }

  /** Ends all markets and connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#sweeping?.cancel();
    this.#topic.close();
    for (const key of [...this.#followed.keys()]) this.#forget(key);
    for (const turns of this.#turns.values()) turns.stop();
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
  }

  #source(): EventSource<TradeNews, TradeChoice> {
    return {
      subscribeLive: (listener) => {
        this.#publish = listener;
        return () => (this.#publish = () => undefined);
      },
      readAfter: ({ market }, after, upTo, limit) => {
        const recent = this.#followed.get(market)?.recent;
        // It does not reach back so far: who needs that has been too slow.
        if (recent?.coversAfter(after) !== true) return Promise.reject(slowError());
        return Promise.resolve(recent.between(after, upTo, limit));
      },
      latest: () => Promise.resolve(this.#position),
      positionOf: ({ position }) => position,
      matches: (news, { market }) => keyOf(news) === market,
      indexed: ({ market }) => ({ indexed: { keys: [[market]] }, isWhole: true }),
      lookup: (news) => ({ values: [keyOf(news)], size: '0' }),
      compareSizes: () => 0,
    };
  }

  #follow(market: TradeMarket): FollowedTrades {
    const key = tradeKey(market);
    const known = this.#followed.get(key);
    if (known !== undefined) {
      known.wantedMs = this.parts.clock.monotonicMs();
      return known;
    }
    this.#makeRoom(key);
    const { clock, log, limits } = this.parts;
    const hearer = this.#hearerOf(market, () => followed.provenMs);
    const followed: FollowedTrades = new FollowedTrades({
      market,
      feed: this.#feedOf(market.venue),
      turns: this.#turnsOf(market.venue),
      isStanding: () => this.#standing.has(key),
      clock,
      kept: limits.kept,
      position: this.#position,
      announce: (trade, gap) => {
        hearer?.onTrade(trade, gap);
        return this.#announce(trade, gap);
      },
      onLost: () => hearer?.onLost(),
      onEnd: () => hearer?.onEnd(),
      onOut: (status, sinceMs) => this.#announceOut(market, status, sinceMs),
      onError: (err) => log.error({ err }, 'past trades could not be read'),
    });
    try {
      followed.start(() => this.#intake.take());
    } catch (error) {
      followed.end();
      if (!(error instanceof VenueError)) throw error;
      throw new ApiError('UNAVAILABLE', `There are no trades: ${error.message}`);
    }
    this.#followed.set(key, followed);
    this.#sweepLater();
    return followed;
  }

  #hearerOf(market: TradeMarket, provenMs: () => number | undefined): TradeHearer | undefined {
    const { instrument } = market;
    const turns = this.#turnsOf(market.venue);
    return this.#hear?.({
      market,
      provenMs,
      past: (fromId, rows) =>
        turns.list({ instrument, fromId, rows, isMissed: false }, () => !this.#isClosed),
    });
  }

  #announce(trade: Trade, gap: TradeGap | undefined): TapedTrade {
    const isAfterGap = gap !== undefined;
    const missed = gap?.missing;
    const position = ++this.#position;
    const told = new ToldTrade(trade, position, isAfterGap, missed);
    if (isAfterGap) {
      const { venue, venueSymbol } = trade;
      const due = this.#gaps.add(`${venue}: ${gap.reason}`);
      if (due !== undefined)
        this.parts.log.warn({ venue, venueSymbol, missed, ...due }, 'trades are missing');
    }
    this.#publish(told);
    return told;
  }

  #announceOut(market: TradeMarket, status: SocketStatus, sinceMs: number): void {
    this.#publish(new TradesOut(market, ++this.#position, status, sinceMs));
  }

  #sweepLater(): void {
    this.#sweeping ??= this.parts.clock.after(SWEEP_EVERY_MS, () => {
      this.#sweeping = undefined;
      this.#noteWanted();
      const beforeMs = this.parts.clock.monotonicMs() - LINGER_MS;
      for (const [key, { wantedMs }] of [...this.#followed]) if (wantedMs <= beforeMs) this.#forget(key);
      if (this.#followed.size > 0) this.#sweepLater();
    });
  }

  /** Who listens, or is about to, wants its market, now and until it leaves; what is kept is wanted always. Gives what is. */
  #noteWanted(): ReadonlySet<string> {
    const nowMs = this.parts.clock.monotonicMs();
    const wanted = new Set([...this.#kept.keys(), ...this.#places.keys()]);
    for (const { market } of this.#topic.filters()) wanted.add(market);
    for (const key of wanted) {
      const followed = this.#followed.get(key);
      if (followed !== undefined) followed.wantedMs = nowMs;
    }
    return wanted;
  }

  #forget(key: string): void {
    const followed = this.#followed.get(key);
    if (followed === undefined) return;
    this.#followed.delete(key);
    followed.end();
    const { counts } = followed.tape;
    for (const name of Object.keys(this.#past) as (keyof TradeTapeCounts)[]) this.#past[name] += counts[name];
  }

  /**
   * Ends what nobody has wanted for longest. Throws ApiError UNAVAILABLE where everything is wanted. What is followed always
   * takes no place of the others, nor do they take its places.
   */
  #makeRoom(key: string): void {
    const { limits } = this.parts;
    if (this.#standing.has(key) && !this.#isClosed) return;
    const places = Math.max(0, limits.followed - (limits.reserved ?? 0));
    const others = [...this.#followed].filter(([one]) => !this.#standing.has(one));
    if (others.length < places && !this.#isClosed) return;
    const wanted = this.#noteWanted();
    const [longest] = others
      .filter(([one]) => !wanted.has(one))
      .sort(([, a], [, b]) => a.wantedMs - b.wantedMs);
    if (longest !== undefined && !this.#isClosed) {
      this.#forget(longest[0]);
      return;
    }
    this.#refused += 1;
    throw new ApiError(
      'UNAVAILABLE',
      `The trades of ${places} markets are followed already. Try again later.`,
    );
  }

  #feedOf(venue: TradeVenue): TradeFeed {
    let feed = this.#feeds.get(venue.id);
    if (feed === undefined) {
      const { instrumentNow, openSocket, clock, random, log } = this.parts;
      feed = new TradeFeed({ venue, instrumentNow, openSocket, clock, random, log });
      this.#feeds.set(venue.id, feed);
    }
    return feed;
  }

  #turnsOf(venue: TradeVenue): TradeTurns {
    let turns = this.#turns.get(venue.id);
    if (turns === undefined) {
      const { instrumentNow, http, clock } = this.parts;
      turns = new TradeTurns({ venue, instrumentNow, http, clock });
      this.#turns.set(venue.id, turns);
    }
    return turns;
  }
}

function keyOf({ venue, venueSymbol }: Pick<Trade, 'venue' | 'venueSymbol'>): string {
  return `${venue}|${venueSymbol}`;
}

function slowError(): ApiError {
  return new ApiError(
    'SLOW_CONSUMER',
    'You read more slowly than trades come; subscribe again, and read `trades` for the newest',
  );
}

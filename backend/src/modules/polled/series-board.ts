import { type Instrument, type VenueId } from '@orderfox/domain';
import { StateStream } from '@orderfox/fanout';
import { type Clock, type JsonFetch, type Random, type Timer } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type Log } from '../../core/log.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { FollowedSymbol, type ContractDesk, type VenueState } from './followed-symbol.js';
import {
  type PolledVenue,
  type Reading,
  type Series,
  type SeriesPoint,
  type SeriesStore,
} from './reading.js';
import { VenueDesk, type DeskCounts } from './venue-desk.js';

/** Markets that are asked for at once. */
const MAX_SYMBOLS = 100;
/** How long a market goes on to be asked for when nobody wants it. */
const LINGER_MS = 60_000;
/** How long a question waits for what nobody has asked for before. */
const WAIT_MS = 3_000;

/** A venue that is configured: with what it says of the series, or without. */
export type BoardVenue<R extends Reading> = Omit<PolledVenue<R>, 'source'> &
  Partial<Pick<PolledVenue<R>, 'source'>>;

/** What a board works with. */
export interface SeriesBoardParts<R extends Reading, P extends SeriesPoint> {
  readonly series: Series<R, P>;
  /** In the order in which they are shown. */
  readonly venues: readonly BoardVenue<R>[];
  readonly store: SeriesStore<P>;
  readonly catalog: SymbolCatalog;
  /** Markets that are asked for always. */
  readonly symbols: readonly string[];
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface Watched<P extends SeriesPoint> {
  readonly followed: FollowedSymbol<P>;
  watchers: number;
  linger: Timer | undefined;
  /** Monotonic ms at which somebody wanted it last. */
  wantedMs: number;
}

/** What the board holds. */
export interface BoardCounts {
  readonly symbols: number;
  readonly watchers: number;
  readonly refused: number;
  readonly venues: ReadonlyMap<VenueId, DeskCounts>;
}

/** One series of all venues and markets: of a few markets always, of others while somebody wants them. */
export class SeriesBoard<R extends Reading, P extends SeriesPoint> {
  readonly #desks: readonly VenueDesk<R, P>[];
  readonly #all: readonly ContractDesk<P>[];
  readonly #watched = new Map<string, Watched<P>>();
  #kept: ReadonlySet<string> = new Set();
  #stopListening: (() => void) | undefined;
  #refused = 0;
  #isClosed = false;

  constructor(private readonly parts: SeriesBoardParts<R, P>) {
    const instrumentNow = (instrument: Instrument) =>
      parts.catalog.instruments(instrument.venue).get(instrument.venueSymbol) ?? instrument;
    const made = parts.venues.map(({ source, ...venue }): VenueDesk<R, P> | ContractDesk<P> =>
      source === undefined
        ? { id: venue.id, name: venue.name, release: () => undefined }
        : new VenueDesk({ ...parts, venue: { ...venue, source }, instrumentNow }),
    );
    this.#all = made;
    this.#desks = made.filter((desk) => desk instanceof VenueDesk);
  }

  counts(): BoardCounts {
    return {
      symbols: this.#watched.size,
      watchers: [...this.#watched.values()].reduce((sum, { watchers }) => sum + watchers, 0),
      refused: this.#refused,
      venues: new Map(this.#desks.map((desk) => [desk.id, desk.counts])),
    };
  }

  /** Begins to follow the markets of `SYMBOLS`, now and as they become known. A second call does nothing. */
  start(): void {
    if (this.#stopListening !== undefined || this.#isClosed) return;
    this.#stopListening = this.parts.catalog.onChange(() => this.#keepStanding());
    this.#keepStanding();
  }

  /** How every venue stands for a market; waits three seconds at most for the first answers. Rejects with ApiError. */
  async read(symbol: string, signal?: AbortSignal): Promise<readonly VenueState<P>[]> {
    const { followed } = this.#touch(symbol);
    await this.#until(
      (look) => followed.onChange(look),
      () => followed.isAnswered,
      signal,
    );
    return followed.venues.flatMap((venue) => followed.state(venue) ?? []);
  }

  /** How a market stands, every venue by itself. Joining throws ApiError UNAVAILABLE while too many others are followed. */
  stream(symbol: string): StateStream<VenueState<P>> {
    return new StateStream(`${this.parts.series.name}|${symbol}`, {
      keys: () => this.#watched.get(symbol)?.followed.venues ?? [],
      read: (venue) => this.#watched.get(symbol)?.followed.state(venue),
      subscribe: (onChanged) => this.#watch(symbol, onChanged),
    });
  }

  /** Follows a market for a while, and waits three seconds at most until its past was asked for. Rejects with ApiError. */
  async filled(symbol: string, signal?: AbortSignal): Promise<void> {
    const { followed } = this.#touch(symbol);
    const past = followed
      .contracts()
      .flatMap((each) => this.#desks.find(({ id }) => id === each.venue)?.filled(each) ?? []);
    let isDone = false;
    await this.#until(
      (look) => {
        void Promise.all(past).then(() => {
          isDone = true;
          look();
        });
        return () => undefined;
      },
      () => isDone,
      signal,
    );
  }

  /** Ends it: nothing is asked any more, and what waits to be kept is kept. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening?.();
    for (const symbol of [...this.#watched.keys()]) this.#forget(symbol);
    await Promise.all(this.#desks.map((desk) => desk.stop()));
  }

  #keepStanding(): void {
    const { symbols, catalog } = this.parts;
    const wanted = new Set(symbols.map((name) => catalog.find(name)?.id ?? name));
    const before = this.#kept;
    this.#kept = wanted;
    for (const symbol of before) if (!wanted.has(symbol)) this.#lingerOn(symbol);
    for (const symbol of wanted) {
      if (this.#watched.has(symbol)) continue;
      try {
        this.#touch(symbol);
      } catch (err) {
        this.parts.log.error({ err, symbol }, `the ${this.parts.series.name} of SYMBOLS cannot be followed`);
      }
    }
  }

  #watch(symbol: string, onChanged: (venue: VenueId) => void): () => void {
    const watched = this.#touch(symbol);
    watched.watchers += 1;
    watched.linger?.cancel();
    const unlisten = watched.followed.onChange(onChanged);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      unlisten();
      watched.watchers -= 1;
      this.#lingerOn(symbol);
    };
  }

  #touch(symbol: string): Watched<P> {
    const watched = this.#watched.get(symbol) ?? this.#begin(symbol);
    watched.wantedMs = this.parts.clock.monotonicMs();
    this.#lingerOn(symbol);
    return watched;
  }

  #begin(symbol: string): Watched<P> {
    this.#makeRoom();
    const { catalog, clock, series } = this.parts;
    const followed = new FollowedSymbol<P>(symbol, {
      desks: this.#all,
      catalog,
      clock,
      seriesName: series.name,
    });
    const watched: Watched<P> = { followed, watchers: 0, linger: undefined, wantedMs: 0 };
    this.#watched.set(symbol, watched);
    return watched;
  }

  #lingerOn(symbol: string): void {
    const watched = this.#watched.get(symbol);
    watched?.linger?.cancel();
    if (watched === undefined || watched.watchers > 0 || this.#kept.has(symbol)) return;
    watched.linger = this.parts.clock.after(LINGER_MS, () => this.#forget(symbol));
  }

  #forget(symbol: string): void {
    const watched = this.#watched.get(symbol);
    this.#watched.delete(symbol);
    watched?.linger?.cancel();
    watched?.followed.end();
  }

  /** Ends what nobody has wanted for longest. Throws ApiError UNAVAILABLE where everything is wanted. */
  #makeRoom(): void {
    if (this.#watched.size < MAX_SYMBOLS && !this.#isClosed) return;
    const [longest] = [...this.#watched]
      .filter(([symbol, { watchers }]) => watchers === 0 && !this.#kept.has(symbol))
      .toSorted(([, a], [, b]) => a.wantedMs - b.wantedMs);
    if (longest !== undefined && !this.#isClosed) {
      this.#forget(longest[0]);
      return;
    }
    this.#refused += 1;
    throw new ApiError(
      'UNAVAILABLE',
      `The ${this.parts.series.name} of ${MAX_SYMBOLS} markets is asked for already. Try again later.`,
    );
  }

  /** Resolves when something is so, after three seconds, or rejects with the signal's reason. */
  async #until(
    listen: (look: () => void) => () => void,
    isSo: () => boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const done = (): void => resolve(undefined);
    const timer = this.parts.clock.after(WAIT_MS, done);
    const look = (): void => {
      if (isSo()) done();
    };
    const unlisten = listen(look);
    signal?.addEventListener('abort', done);
    if (signal?.aborted === true) done();
    else look();
    await promise;
    timer.cancel();
    unlisten();
    signal?.removeEventListener('abort', done);
    signal?.throwIfAborted();
  }
}

import { type Pause } from './address-pause.js';
import { type Clock } from './clock.js';
import { HttpGet, type HttpGetOptions } from './http-get.js';
import { readAddress, type JsonFetch } from './json-fetch.js';
import { VenueDoor, type AskedVenue } from './venue-door.js';
import { VenueError } from './venue-error.js';
import { type VenueRequestsState } from './venue-requests-state.js';

/** A pause of a venue, as it is kept over a restart. */
export interface VenuePause extends Pause {
  readonly venue: string;
}

/** Settings of VenueRequests. */
export interface VenueRequestsOptions extends HttpGetOptions {
  readonly clock: Clock;
  readonly venues: readonly AskedVenue[];
  /**
   * Pauses that earlier processes left, asked for once, before the first request, which waits for it. It must not reject,
   * and answer soon: what becomes known later is given to `restore`.
   */
  readonly pausesBefore?: () => Promise<readonly VenuePause[]>;
  /** A venue's pause began, or became longer. */
  readonly onPause?: (pause: VenuePause) => void;
}

/**
 * All requests to venues of this process, one limiter per venue: no request begins that would pass a limit, or while the
 * venue wants to be left alone. `fetch` is the door for everybody; its docstring says how it is used.
 */
export class VenueRequests {
  readonly #doors: ReadonlyMap<string, { readonly venue: AskedVenue; readonly door: VenueDoor }>;
  readonly #listeners = new Set<(venue: string) => void>();
  #before: Promise<void> | undefined;

  constructor(private readonly options: VenueRequestsOptions) {
    const { clock, venues, onPause } = options;
    const http = new HttpGet(options);
    this.#doors = new Map(
      venues.map((venue) => {
        const door = new VenueDoor({
          venue,
          http,
          clock,
          onPause: (pause) => onPause?.({ ...pause, venue: venue.id }),
          onChanged: () => this.#changed(venue.id),
        });
        return [venue.id, { venue, door }];
      }),
    );
  }

  /** How everybody asks venues. An address that belongs to none of them is refused. */
  readonly fetch: JsonFetch = async (address, ask = {}) => {
    const { url, where } = readAddress(address);
    const door = this.#doorOf(url);
    if (door === undefined) throw new VenueError('REFUSED', `${url.host} is the address of no venue`);
    await this.#restored();
    return door.ask(url, where, ask);
  };

  /** How each venue stands, in the order in which they were given. */
  states(): readonly VenueRequestsState[] {
    return [...this.#doors.values()].map(({ door }) => door.state);
  }

  /** How one venue stands; undefined for one that is not asked. */
  state(venue: string): VenueRequestsState | undefined {
    return this.#doors.get(venue)?.door.state;
  }

  /** Calls when a venue's state is another one; the returned function ends that. */
  onChange(listener: (venue: string) => void): () => void {
    const own = (venue: string) => listener(venue);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Takes up pauses that earlier processes left. Of venues that are not asked nothing is taken. */
  restore(pauses: readonly VenuePause[]): void {
    for (const pause of pauses) this.#doors.get(pause.venue)?.door.restore(pause);
  }

  /** Ends it: what waits is not asked. */
  close(): void {
    for (const { door } of this.#doors.values()) door.close();
  }

  #restored(): Promise<void> {
    this.#before ??= (this.options.pausesBefore?.() ?? Promise.resolve([])).then((pauses) =>
      this.restore(pauses),
    );
    return this.#before;
  }

  #doorOf(url: URL): VenueDoor | undefined {
    let found: { readonly root: string; readonly door: VenueDoor } | undefined;
    for (const { venue, door } of this.#doors.values()) {
      const root = venue.root.replace(/\/+$/, '');
      // Behind one proxy several venues may share a host: the longest root is the one that is meant.
      if (isBelow(url, root) && root.length > (found?.root.length ?? -1)) found = { root, door };
    }
    return found?.door;
  }

  #changed(venue: string): void {
    for (const listener of this.#listeners) listener(venue);
  }
}

function isBelow(url: URL, root: string): boolean {
  if (!URL.canParse(root)) return false;
  const { origin, pathname } = new URL(root);
  const prefix = pathname.replace(/\/+$/, '');
  return url.origin === origin && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`));
}

import { AddressPause, type Pause } from './address-pause.js';
import { type Clock, type Timer } from './clock.js';
import { type HttpGet, type HttpHead } from './http-get.js';
import { readHttpRefusal, type HttpRefusal } from './http-refusal.js';
import { type RequestAsk, type RequestKind } from './request-ask.js';
import { RequestBudget, type BegunRequest } from './request-budget.js';
import { RequestLane, type LaneCounts } from './request-lane.js';
import { type RequestLimit, type RequestRules } from './request-rules.js';
import { VenueError } from './venue-error.js';
import { wordOf, type RequestsWord, type VenueRequestsState } from './venue-requests-state.js';

/** A venue that is asked, and how it counts. */
export interface AskedVenue {
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** Address without the path of a request, as it was configured. */
  readonly root: string;
  readonly rules: RequestRules;
}

/** What a door is made of. */
export interface VenueDoorParts {
  readonly venue: AskedVenue;
  readonly http: HttpGet;
  readonly clock: Clock;
  /** A pause of the whole address began, or became longer. */
  readonly onPause: (pause: Pause) => void;
  /** The state is another one. */
  readonly onChanged: () => void;
}

interface Mood {
  readonly state: RequestsWord;
  readonly reason: string;
  readonly sinceMs: number;
}

/** The one way to one venue: its limits, who waits for them, and whether it must be left alone now. */
export class VenueDoor {
  readonly #pause: AddressPause;
  readonly #budgets = new Map<string, RequestBudget>();
  readonly #lanes = new Map<string, RequestLane>();
  readonly #kinds = new Map<RequestLane, RequestKind>();
  #failed = 0;
  #mood: Mood;
  #over: Timer | undefined;
  #isClosed = false;

  constructor(private readonly parts: VenueDoorParts) {
    this.#pause = new AddressPause(parts.clock);
    this.#mood = { state: 'CONNECTING', reason: 'Nothing was asked yet.', sinceMs: parts.clock.nowMs() };
  }

  get state(): VenueRequestsState {
    const pause = this.#pause.leftMs > 0 ? this.#pause.last : undefined;
    const counts = new Map<RequestKind, LaneCounts>();
    for (const [lane, kind] of this.#kinds) counts.set(kind, added(counts.get(kind), lane.counts));
    return {
      venue: this.parts.venue.id,
      ...this.#mood,
      ...(pause !== undefined && { untilMs: this.parts.clock.nowMs() + this.#pause.leftMs }),
      limits: [...this.#budgets.values()].map(
        ({ limit: { name, points, perMs }, used, usable, closedMs }) => ({
          name,
          usedPoints: used,
          usablePoints: usable,
          limitPoints: points,
          perMs,
          ...(closedMs > 0 && { untilMs: this.parts.clock.nowMs() + closedMs }),
        }),
      ),
      counts,
      failed: this.#failed,
    };
  }

  /** Asks when it is its turn. Rejects as JsonFetch says. */
  ask(url: URL, where: string, ask: RequestAsk): Promise<unknown> {
    const { venue } = this.parts;
    const { limit, points } = venue.rules.costOf(pathOf(url, venue.root), url.searchParams);
    const run = (begun: BegunRequest) => this.#request(url, where, this.#budgetOf(limit), begun);
    return this.#laneOf(ask.kind ?? 'HISTORY', limit).pass({ where, points, ask, run });
  }

  /** Takes up a pause that an earlier process left. */
  restore(pause: Pause): void {
    this.#pause.restore(pause);
    if (this.#pause.leftMs > 0) this.#paused(this.#pause.last ?? pause);
  }

  /** Ends it: what waits is not asked. */
  close(): void {
    this.#isClosed = true;
    this.#over?.cancel();
    for (const lane of this.#lanes.values()) lane.clear();
  }

  async #request(url: URL, where: string, budget: RequestBudget, begun: BegunRequest): Promise<unknown> {
    const { venue, http, clock } = this.parts;
    const { rules } = venue;
    try {
      const reply = await http.get(url, where, (head) => this.#learn(head, budget, begun));
      const refusal = reply.ok
        ? rules.readRefusal?.(reply.value, reply.headers, clock.nowMs())
        : readHttpRefusal(
            {
              status: reply.status,
              retryAfter: reply.headers.get('retry-after') ?? undefined,
              body: reply.text,
            },
            clock.nowMs(),
            rules.rateWaitMs,
          );
      if (refusal !== undefined) throw this.#refused(where, refusal, budget);
      this.#pause.answered();
      budget.answered();
      this.#feel('LIVE', 'Requests are answered.');
      // Every door gives one of the two; only the good one has a value.
      return reply.ok ? reply.value : undefined;
    } catch (error) {
      this.#failed += 1;
      // Nobody answered, or with something else than a venue does; a refusal has said so already.
      if (error instanceof VenueError && (error.failure === 'NETWORK' || error.failure === 'UNREADABLE')) {
        this.#feel('ERROR', sentence(error.message));
      }
      throw error;
    }
  }

  #learn({ headers }: HttpHead, budget: RequestBudget, begun: BegunRequest): void {
    const { venue, clock } = this.parts;
    const restMs = venue.rules.readRest?.(headers, clock.nowMs());
    if (restMs !== undefined) budget.rest(restMs);
    const reading = venue.rules.readUsed?.(headers);
    // What the answer to a request of another limit says is not to be had without knowing the order of both.
    if (reading?.limit === budget.limit) budget.learn(begun, reading.usedPoints);
  }

  #refused(where: string, refusal: HttpRefusal, budget: RequestBudget): VenueError {
    const { venue, clock } = this.parts;
    const { failure, waitMs = 0, words, status, isGuess = false } = refusal;
    if (failure === 'RATE_LIMITED' && venue.rules.limitsAreApart === true) {
      const untilMs = clock.nowMs() + budget.slowDown(waitMs, isGuess);
      this.#feel('RATE_LIMITED', `${budget.limit.name} ${words}; it is asked more slowly.`);
      return new VenueError(failure, `${where} ${words}`, untilMs, status);
    }
    const before = this.#pause.last;
    const error = this.#pause.refused(where, refusal);
    const pause = this.#pause.last;
    if (pause !== undefined && pause !== before) {
      this.parts.onPause(pause);
      this.#paused(pause);
    } else if (this.#pause.leftMs === 0 && failure !== 'REFUSED') {
      this.#feel(wordOf(failure), `It ${words}.`);
    }
    return error;
  }

  #paused({ failure, words, sinceMs }: Pause): void {
    this.#feel(wordOf(failure), `It ${words}.`, sinceMs);
    for (const lane of this.#lanes.values()) lane.clear();
    this.#over?.cancel();
    if (this.#isClosed) return;
    this.#over = this.parts.clock.after(this.#pause.leftMs, () => {
      this.#feel('SYNCING', 'The wait is over; nothing was answered since.');
      this.parts.onChanged();
    });
  }

  /** While it must be left alone, nothing that was under way changes how it stands. */
  #feel(state: RequestsWord, reason: string, sinceMs = this.parts.clock.nowMs()): void {
    const { leftMs, last } = this.#pause;
    if (leftMs > 0 && last !== undefined && state !== wordOf(last.failure)) return;
    const isNew = this.#mood.state !== state;
    if (!isNew && this.#mood.reason === reason) return;
    this.#mood = { state, reason, sinceMs: isNew ? sinceMs : this.#mood.sinceMs };
    this.parts.onChanged();
  }

  #budgetOf(limit: RequestLimit): RequestBudget {
    let budget = this.#budgets.get(limit.name);
    if (budget === undefined) {
      budget = new RequestBudget(limit, this.parts.clock);
      this.#budgets.set(limit.name, budget);
    }
    return budget;
  }

  #laneOf(kind: RequestKind, limit: RequestLimit): RequestLane {
    const key = `${kind}|${limit.name}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      const { venue, clock } = this.parts;
      const check = (where: string) => this.#check(where);
      lane = new RequestLane({ kind, budget: this.#budgetOf(limit), venue: venue.name, clock, check });
      this.#lanes.set(key, lane);
      this.#kinds.set(lane, kind);
    }
    return lane;
  }

  #check(where: string): void {
    if (this.#isClosed) throw new VenueError('NETWORK', `${where} was not asked: the program ends`);
    this.#pause.check(where);
  }
}

function pathOf({ pathname }: URL, root: string): string {
  const prefix = URL.canParse(root) ? new URL(root).pathname.replace(/\/+$/, '') : '';
  return pathname.length > prefix.length && pathname.startsWith(prefix)
    ? pathname.slice(prefix.length)
    : pathname;
}

function added(a: LaneCounts | undefined, b: LaneCounts): LaneCounts {
  if (a === undefined) return { ...b };
  return {
    made: a.made + b.made,
    withheld: a.withheld + b.withheld,
    refused: a.refused + b.refused,
    unwanted: a.unwanted + b.unwanted,
    waiting: a.waiting + b.waiting,
  };
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

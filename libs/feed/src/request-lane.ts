import { type Clock, type Timer } from './clock.js';
import { type RequestAsk, type RequestKind } from './request-ask.js';
import { type BegunRequest, type RequestBudget } from './request-budget.js';
import { REQUEST_SHARES } from './request-rules.js';
import { NotWantedError, WithheldError } from './venue-error.js';

/** Where nothing is said of how long a request may wait. */
const PATIENCE_MS = 30_000;
/** Requests of one kind that wait for one limit; more are refused. */
const MOST_WAITING = 1_000;

/** What a lane is made of. */
export interface RequestLaneParts {
  readonly kind: RequestKind;
  readonly budget: RequestBudget;
  /** Name of the venue for messages. */
  readonly venue: string;
  readonly clock: Clock;
  /** Throws where nothing may be asked now, with what is to be told; `where` is host and path of the request. */
  readonly check: (where: string) => void;
}

/** A request that asks for its place. */
export interface LaneRequest {
  readonly where: string;
  readonly points: number;
  readonly ask: RequestAsk;
  readonly run: (begun: BegunRequest) => Promise<unknown>;
}

interface Waiting extends LaneRequest {
  /** Monotonic ms. */
  readonly endMs: number;
  /** `goesFirst`: it was its turn because of that. */
  readonly begin: (goesFirst: boolean) => void;
  readonly fail: (reason: Error) => void;
}

/** What a lane counted. */
export interface LaneCounts {
  /** Requests that were made. */
  readonly made: number;
  /** Requests that were not made because their place would have come too late, or because too many waited. */
  readonly withheld: number;
  /** Requests that were not made because the venue wanted none. */
  readonly refused: number;
  /** Requests that nobody wanted any more when it was their turn. */
  readonly unwanted: number;
  readonly waiting: number;
}

/** Requests of one kind that take of one limit, in the order in which it is their turn. */
export class RequestLane {
  /** By party; who has waited longest for a turn comes first. */
  readonly #queues = new Map<string, Waiting[]>();
  readonly #counts = { made: 0, withheld: 0, refused: 0, unwanted: 0, waiting: 0 };
  #running = 0;
  #timer: Timer | undefined;

  constructor(private readonly parts: RequestLaneParts) {}

  get counts(): LaneCounts {
    return this.#counts;
  }

  /** The limit that it takes of. */
  get budget(): RequestBudget {
    return this.parts.budget;
  }

  /**
   * Makes the request when it is its turn and gives its outcome. Rejects with WithheldError, NotWantedError, the reason of
   * the signal, and what `check` throws; none of them is made then.
   */
  pass(request: LaneRequest): Promise<unknown> {
    const { signal, together, patienceMs = PATIENCE_MS } = request.ask;
    const { budget, kind, clock } = this.parts;
    signal?.throwIfAborted();
    this.#checkNow(request.where);
    const waitMs = together === undefined ? 0 : budget.msUntilAll(kind, Math.max(together, request.points));
    if (waitMs > patienceMs || this.#counts.waiting >= MOST_WAITING) throw this.#withhold(waitMs);
    return new Promise((resolve, reject) => {
      const leave = () => this.#leave(waiting);
      const settle = () => signal?.removeEventListener('abort', leave);
      const waiting: Waiting = {
        ...request,
        endMs: clock.monotonicMs() + patienceMs,
        begin: (goesFirst) => {
          settle();
          this.#run(request, goesFirst).then(resolve, reject);
        },
        fail: (reason) => {
          settle();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', leave);
      this.#queueOf(request.ask.party ?? '').push(waiting);
      this.#counts.waiting += 1;
      this.look();
    });
  }

  /** Begins what may begin now, and tells those that need not wait any longer. */
  look(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { kind, budget, clock } = this.parts;
    while (this.#running < REQUEST_SHARES[kind].atOnce) {
      const urgent = this.#urgent();
      const [party, first] = urgent ?? this.#first() ?? [];
      if (party === undefined || first === undefined) return;
      const reason = this.#reasonAgainst(first);
      if (reason !== undefined) {
        this.#take(party, first);
        first.fail(reason);
        continue;
      }
      const goesFirst = urgent !== undefined;
      const waitMs = budget.msUntil(kind, first.points, goesFirst);
      if (waitMs === 0) {
        this.#take(party, first);
        first.begin(goesFirst);
      } else if (clock.monotonicMs() + waitMs > first.endMs) {
        this.#take(party, first);
        first.fail(this.#withhold(waitMs));
      } else {
        this.#timer = clock.after(waitMs, () => this.look());
        return;
      }
    }
  }

  /** Nothing may be asked any more: all that wait are told, whoever is under way. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (let entry = this.#first(); entry !== undefined; entry = this.#first()) {
      const [party, first] = entry;
      this.#take(party, first);
      first.fail(this.#reasonAgainst(first) ?? new NotWantedError());
    }
  }

  #reasonAgainst({ ask, where }: Waiting): Error | undefined {
    if (ask.isWanted?.() === false) {
      this.#counts.unwanted += 1;
      return new NotWantedError();
    }
    try {
      this.#checkNow(where);
    } catch (error) {
      return error as Error;
    }
    return undefined;
  }

  #checkNow(where: string): void {
    try {
      this.parts.check(where);
    } catch (error) {
      this.#counts.refused += 1;
      throw error;
    }
  }

  async #run({ points, ask, run }: LaneRequest, goesFirst: boolean): Promise<unknown> {
    const { kind, budget } = this.parts;
    const begun = budget.begin(kind, points, goesFirst);
    this.#running += 1;
    this.#counts.made += 1;
    ask.onTurn?.();
    try {
      return await run(begun);
    } finally {
      budget.end(begun);
      this.#running -= 1;
      this.look();
    }
  }

  #withhold(waitMs: number): WithheldError {
    this.#counts.withheld += 1;
    const { venue, clock } = this.parts;
    const problem = `${venue} was asked for as much as its limit allows`;
    return new WithheldError('RATE_LIMITED', problem, clock.nowMs() + waitMs);
  }

  #queueOf(party: string): Waiting[] {
    let queue = this.#queues.get(party);
    if (queue === undefined) this.#queues.set(party, (queue = []));
    return queue;
  }

  #first(): readonly [string, Waiting] | undefined {
    for (const [party, [first]] of this.#queues) if (first !== undefined) return [party, first];
    return undefined;
  }

  /** Asked anew each time: what a client wanted may have become the program's own while it waited. */
  #urgent(): readonly [string, Waiting] | undefined {
    for (const [party, queue] of this.#queues) {
      const urgent = queue.find(({ ask }) => ask.goesFirst?.() === true);
      if (urgent !== undefined) return [party, urgent];
    }
    return undefined;
  }

  /** Takes a request out of the queue; its party comes last from now on. */
  #take(party: string, waiting: Waiting): void {
    const rest = (this.#queues.get(party) ?? []).filter((each) => each !== waiting);
    this.#queues.delete(party);
    if (rest.length > 0) this.#queues.set(party, rest);
    this.#counts.waiting -= 1;
  }

  #leave(waiting: Waiting): void {
    const party = waiting.ask.party ?? '';
    const queue = this.#queues.get(party);
    if (queue?.includes(waiting) !== true) return;
    // Its party keeps its place: leaving is no turn.
    const index = queue.indexOf(waiting);
    queue.splice(index, 1);
    if (queue.length === 0) this.#queues.delete(party);
    this.#counts.waiting -= 1;
    this.#counts.unwanted += 1;
    const reason: unknown = waiting.ask.signal?.reason;
    waiting.fail(reason instanceof Error ? reason : new NotWantedError());
  }
}

import { hash } from 'node:crypto';
import { AnswerStore } from './answer-store.js';
import { isForEverybody, type CachedAnswer } from './cached-answer.js';
import { canonicalJson } from './canonical-json.js';
import { type PlainRequest } from './plain-request.js';
import { type QueryPlans, type VersionCall } from './query-plans.js';
import { RecentMap, type RecentMapBounds } from './recent-map.js';

/** An execution that others who ask the same wait for. Whoever got it must finish it, whatever comes of it. */
export interface Flight {
  /** Hands over what the execution came to. To be called once; undefined if there is no answer. */
  finish(answer: CachedAnswer | undefined): void;
}

/** What to do with a request: send the answer, execute for all who ask the same, or execute for itself alone. */
export type Lookup =
  | { readonly kind: 'answer'; readonly answer: CachedAnswer }
  | { readonly kind: 'lead'; readonly flight: Flight }
  | { readonly kind: 'alone' };

/** What was counted since the start. Every request that was looked up is in exactly one of them. */
export interface CacheCounts {
  /** Answered from memory. */
  readonly hits: number;
  /** Answered by the execution of another request that was under way. */
  readonly shared: number;
  /** Executed, for all who asked the same meanwhile. */
  readonly misses: number;
  /** Executed alone, by reason. */
  readonly bypassed: Readonly<Record<BypassReason, number>>;
}

/**
 * `SHAPE`: not the plain kind of request. `FIELD`: no query, or a root field without a version. `VERSION`: the version
 * cannot be told now.
 */
export type BypassReason = 'SHAPE' | 'FIELD' | 'VERSION';

/** About as many requests as there can be answers, and with their variables as large as documents. */
const KNOWN: RecentMapBounds = { entries: 2_000, characters: 1_024 * 1_024 };

interface KnownRequest {
  readonly key: string;
  /** Whom to ask for its version; undefined if it is not for the cache. */
  readonly calls: readonly VersionCall[] | undefined;
}

/** A request that was looked up before, known again by what was sent. */
export interface KnownQuery extends KnownRequest {
  readonly calls: readonly VersionCall[];
  /** Of its document. */
  readonly text: string;
}

/**
 * Answers GraphQL queries from memory, byte for byte what execution would have given. The version of the data is read
 * for every request, after it came, and before its execution if there is one: so an answer is given only if nothing
 * that it shows has changed between the version it was stored under and the request, and a change that comes while an
 * execution runs makes what it stores newer than its version says, never older.
 */
export class ResponseCache {
  readonly #known = new RecentMap<KnownRequest>(KNOWN);
  readonly #sent = new RecentMap<KnownQuery>(KNOWN);
  readonly #flights = new Map<string, Promise<CachedAnswer | undefined>>();
  readonly #bypassed: Record<BypassReason, number> = { SHAPE: 0, FIELD: 0, VERSION: 0 };
  #waiting = 0;
  #hits = 0;
  #shared = 0;
  #misses = 0;

  constructor(
    private readonly plans: Pick<QueryPlans, 'of' | 'calls'>,
    readonly store = new AnswerStore(),
  ) {}

  /** Undefined stands for a request of another kind. Answers never cross `scope`: what one may see, such as a role. */
  async find(request: PlainRequest | undefined, scope = ''): Promise<Lookup> {
    const known = request && this.#identify(request, scope);
    if (known === undefined) return this.#bypass('SHAPE');
    const { key, calls } = known;
    if (calls === undefined) return this.#bypass('FIELD');
    for (;;) {
      const version = await versionOf(calls);
      if (version === undefined) return this.#bypass('VERSION');
      const kept = this.store.get(key, version);
      if (kept !== undefined) {
        this.#hits += 1;
        return { kind: 'answer', answer: kept };
      }
      const flight = this.#flights.get(`${key} ${version}`);
      if (flight === undefined) return this.#lead(key, version);
      this.#waiting += 1;
      const answer = await flight;
      this.#waiting -= 1;
      if (answer !== undefined) {
        this.#shared += 1;
        return { kind: 'answer', answer };
      }
      // What the other was told is not for this one: the first of those who waited executes for the rest.
    }
  }

  /** Remembers what a request means that comes as `sent`, so that it need not be read the next time. */
  remember(sent: string, request: PlainRequest): void {
    const { key, calls } = this.#identify(request, '') ?? {};
    if (key !== undefined && calls !== undefined)
      this.#sent.get(sent, () => ({ key, calls, text: request.query }));
  }

  /** What was remembered. */
  recall(sent: string): KnownQuery | undefined {
    return this.#sent.find(sent);
  }

  /** The answer, if it is at hand for the version that the data has now. Who sends it counts it. */
  async kept({ key, calls }: KnownQuery): Promise<CachedAnswer | undefined> {
    const version = await versionOf(calls);
    return version === undefined ? undefined : this.store.get(key, version);
  }

  /** Counts an answer from memory that `kept` gave. */
  countHit(): void {
    this.#hits += 1;
  }

  counts(): CacheCounts {
    return {
      hits: this.#hits,
      shared: this.#shared,
      misses: this.#misses,
      bypassed: { ...this.#bypassed },
    };
  }

  /** Executions that are under way. */
  get flying(): number {
    return this.#flights.size;
  }

  /** Requests that wait for the execution of another. */
  get waiting(): number {
    return this.#waiting;
  }

  #lead(key: string, version: string): Lookup {
    this.#misses += 1;
    const name = `${key} ${version}`;
    const { promise, resolve } = Promise.withResolvers<CachedAnswer | undefined>();
    this.#flights.set(name, promise);
    const finish = (answer: CachedAnswer | undefined) => {
      this.#flights.delete(name);
      if (answer?.etag !== undefined) this.store.put(key, version, answer);
      resolve(answer !== undefined && isForEverybody(answer) ? answer : undefined);
    };
    return { kind: 'lead', flight: { finish } };
  }

  /** Undefined for variables that have no place in the cache. */
  #identify(request: PlainRequest, scope: string): KnownRequest | undefined {
    const variables = canonicalJson(request.variables);
    if (variables === undefined) return undefined;
    const { query, operationName, accept } = request;
    const text = JSON.stringify([scope, accept, operationName ?? null, query, variables]);
    return this.#known.get(text, () => {
      const plan = this.plans.of(request);
      return { key: hash('sha256', text, 'base64url'), calls: plan && this.plans.calls(plan, request) };
    });
  }

  #bypass(reason: BypassReason): Lookup {
    this.#bypassed[reason] += 1;
    return { kind: 'alone' };
  }
}

/** Asks the source of every root field. Undefined if one cannot tell, or there is none to ask. */
async function versionOf(calls: readonly VersionCall[]): Promise<string | undefined> {
  const names: string[] = [];
  try {
    for (const { source, args } of calls) {
      const name = await source(args);
      if (name === undefined) return undefined;
      names.push(name);
    }
  } catch {
    // Most likely the database is away: execution finds out and says so.
    return undefined;
  }
  return names.length === 0 ? undefined : JSON.stringify(names);
}

import { type SharedRenderer } from './shared-renderer.js';

/** Those who want the same events in the same form. */
export interface Audience<T> {
  readonly lane: Lane<T>;
  readonly members: Set<LiveMember>;
}

/** A subscriber that takes events as they come. */
export interface LiveMember {
  take(body: Uint8Array, position: number): void;
  /** It was not given everything: it has to read up what it has not got. */
  fallBack(): void;
  /** Must not throw: others come after it. */
  fail(error: unknown): void;
}

interface Delivery<T> {
  readonly event: T;
  readonly position: number;
  readonly audiences: Audience<T>[];
}

/** Deliveries after which other work of the process gets its turn. */
const TURN_DELIVERIES = 64;

/**
 * Renders events one after the other and hands each body to the audiences that it is for. While a body is being made
 * the following events wait, so nothing overtakes. If more wait than the limit, all are sent to read them up instead.
 */
export class Lane<T> {
  #waiting: Delivery<T>[] = [];
  #running = false;
  #fallbacks = 0;

  constructor(
    readonly renderer: SharedRenderer<T>,
    private readonly limit: number,
    private readonly nextTurn: () => Promise<unknown>,
  ) {}

  /** How often more waited than the limit. */
  get fallbacks(): number {
    return this.#fallbacks;
  }

  /** Takes an event for an audience; more audiences of the same event follow before the next event. */
  add(event: T, position: number, audience: Audience<T>): void {
    const last = this.#waiting.at(-1);
    if (last?.position === position) {
      last.audiences.push(audience);
      return;
    }
    if (this.#waiting.length >= this.limit) this.#giveBack();
    this.#waiting.push({ event, position, audiences: [audience] });
  }

  /** Begins to deliver, unless it does already. To be called once all audiences of an event are added. */
  start(): void {
    if (this.#running || this.#waiting.length === 0) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    let delivered = 0;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        await this.#deliver(next);
        delivered += 1;
        if (delivered % TURN_DELIVERIES === 0) await this.nextTurn();
      }
    } finally {
      this.#running = false;
    }
  }

  async #deliver({ event, position, audiences }: Delivery<T>): Promise<void> {
    let body: Uint8Array;
    try {
      const made = this.renderer.body(event, position);
      body = made instanceof Promise ? await made : made;
    } catch (error) {
      for (const { members } of audiences) for (const member of [...members]) member.fail(error);
      return;
    }
    for (const { members } of audiences) for (const member of members) take(member, body, position);
  }

  #giveBack(): void {
    this.#fallbacks += 1;
    const missed = this.#waiting;
    this.#waiting = [];
    for (const { audiences } of missed) {
      for (const { members } of audiences) for (const member of [...members]) member.fallBack();
    }
  }
}

/** Hands a body over. Who cannot take it fails alone. */
function take(member: LiveMember, body: Uint8Array, position: number): void {
  try {
    member.take(body, position);
  } catch (error) {
    member.fail(error);
  }
}

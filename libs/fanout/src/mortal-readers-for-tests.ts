import { type EventSubscription } from './event-member.js';
import { type EventTopic } from './event-topic.js';
import { type SharedRenderer } from './shared-renderer.js';
import { TestSource, turn, type TestEvent, type TestFilter } from './topic-for-tests.js';
import { type Recipient } from './recipient.js';

/** For specs: numbers in [0, 1) that depend on the seed alone. */
export type Chance = () => number;

/**
 * For specs: numbers from a seed. Generator: splitmix32, a 32-bit counter put through a mixing function (Steele, Lea,
 * Flood 2014).
 */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

/** For specs: when a reader dies. `handOver`: its last page is read, and it has not got it yet. */
export type Death = 'reading' | 'handOver' | 'catchingUp' | 'live';

/** Live events after which a reader dies, however it was to die. */
const PATIENCE = 1_500;

/** For specs: a reader that dies and goes on after the last event that it got. */
export class MortalReader implements Recipient {
  readonly received: number[] = [];
  /** How it died, as often as it did. */
  readonly deaths: Death[] = [];
  isAlive = false;
  /** To be set when the topic has made it live, and when it no longer is. */
  isLive = false;
  #subscription: EventSubscription | undefined;
  #plan: { readonly death: Death; deliveries: number } | undefined;
  #patience = 0;
  #hasLeft = false;
  #room: PromiseWithResolvers<undefined> | undefined;

  constructor(
    private readonly topic: EventTopic<TestEvent, TestFilter>,
    private readonly renderer: SharedRenderer<TestEvent>,
    readonly filter: TestFilter,
    private readonly onFailed: (error: unknown) => void,
  ) {}

  get position(): number {
    return this.received.at(-1) ?? 0;
  }

  /**
   * Comes back, to die in this way, at the n-th occasion; or live, if it did not come to that. Without a plan it lives on.
   */
  join(plan?: { readonly death: Death; readonly deliveries: number }): void {
    this.#plan = plan && { ...plan };
    this.#patience = PATIENCE;
    this.isAlive = true;
    this.#hasLeft = false;
    const { filter, renderer } = this;
    const subscription = this.topic.join({
      filter,
      renderer,
      after: this.position,
      recipient: this,
      onFailed: this.onFailed,
    });
    this.#take(subscription);
  }

  /** Dies if this is how it is to die. */
  reached(death: Death): void {
    const plan = this.#plan;
    if (plan?.death !== death) return;
    plan.deliveries -= 1;
    if (plan.deliveries <= 0) this.#die(death);
  }

  /** Forgets how it was to die. */
  spare(): void {
    this.#plan = undefined;
  }

  deliver(body: Uint8Array): void {
    // It may have died while it joined, and could not leave yet.
    if (!this.isAlive && this.#hasLeft) throw new Error('somebody who had left was given an event');
    if (!this.isAlive) return;
    this.received.push(Number(Buffer.from(body).toString()));
    if (this.isLive) this.#patience -= 1;
    if (this.#plan !== undefined && this.#patience <= 0) this.#die('live');
    else this.reached(this.isLive ? 'live' : 'catchingUp');
  }

  get isCongested(): boolean {
    return this.#room !== undefined;
  }

  async uncongested(): Promise<void> {
    await this.#room?.promise;
  }

  set congested(is: boolean) {
    if (is) {
      this.#room ??= Promise.withResolvers();
      return;
    }
    this.#room?.resolve(undefined);
    this.#room = undefined;
  }

  #die(death: Death): void {
    this.#plan = undefined;
    this.isAlive = false;
    if (this.#subscription !== undefined) this.#leave(this.#subscription);
    this.#subscription = undefined;
    this.deaths.push(death);
    this.congested = false;
  }

  /** What is kept in memory is given while it joins, so it may have died of it. */
  #take(subscription: EventSubscription): void {
    if (this.isAlive) this.#subscription = subscription;
    else this.#leave(subscription);
  }

  #leave(subscription: EventSubscription): void {
    subscription.stop();
    this.#hasLeft = true;
  }
}

/** For specs: a store that answers when it likes, from what it held at some moment between question and answer. */
export class SlowSource extends TestSource {
  /** Called when the last page for a filter is read and not yet handed over. */
  onLastPage: (filter: TestFilter) => void = () => undefined;
  onPage: (filter: TestFilter) => void = () => undefined;

  constructor(private readonly chance: Chance) {
    super();
  }

  override async readAfter(
    filter: TestFilter,
    after: number,
    upTo: number,
    limit: number,
  ): Promise<readonly TestEvent[]> {
    await this.#wait();
    const found: TestEvent[] = [];
    // Positions are dense, from 1 on.
    for (let at = after; at < Math.min(upTo, this.stored.length) && found.length < limit; at += 1) {
      const event = this.stored[at];
      if (event !== undefined && this.matches(event, filter)) found.push(event);
    }
    this.onPage(filter);
    await this.#wait();
    if (found.length < limit) this.onLastPage(filter);
    return found;
  }

  override async latest(): Promise<number> {
    await this.#wait();
    const newest = this.stored.length;
    await this.#wait();
    return newest;
  }

  async #wait(): Promise<void> {
    for (let left = Math.floor(this.chance() * 3); left > 0; left -= 1) await turn();
  }
}

/** For specs: how what was received differs from what should have been. All 0: it does not. */
export function differences(received: readonly number[], expected: readonly number[]) {
  const got = new Set(received);
  const wanted = new Set(expected);
  return {
    lost: expected.filter((position) => !got.has(position)).length,
    doubled: received.length - got.size,
    unasked: [...got].filter((position) => !wanted.has(position)).length,
    misplaced: received.filter((position, at) => position < (received[at - 1] ?? 0)).length,
  };
}

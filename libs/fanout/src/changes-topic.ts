import { MissedKeys } from './missed-keys.js';
import { type Recipient } from './recipient.js';

/**
 * Something in many parts, each with a key, of which a reader gets a whole first and then the parts that were touched. What
 * `snapshot` and `read` give must be at least as new as the moment they were called, and as any answer before.
 */
export interface ChangesSource<K, T> {
  /** What a reader begins with. It takes the place of everything that he has. */
  snapshot(): Promise<T>;
  /** The newest state of these parts, as one update; undefined: there is nothing to tell of them. */
  read(keys: readonly K[]): Promise<T | undefined>;
  /**
   * Calls the listener with the keys of what has changed, once that can be read. `EVERYTHING`: too much to name, or all of
   * it. An empty list: what could not be read may be tried again. The returned function stops it.
   */
  subscribe(onTouched: (keys: readonly K[] | typeof EVERYTHING) => void): () => void;
}

/** In place of keys: any part may have changed. */
export const EVERYTHING = Symbol('everything');

/** Keys in one body, and keys that are remembered for those who lag behind. */
export const KEYS_PER_BODY = 500;

interface Member {
  readonly recipient: Recipient;
  isWaiting: boolean;
}

/**
 * One view of a source for many readers who all get the same bytes. Each begins with a snapshot, made once and shared while
 * nothing is added to it; then one body follows per flush of the source, with all that was touched. Who is congested
 * misses bodies, of which only the keys are kept, and later gets the newest of all these in one; who missed more than can
 * be kept, the snapshot. Bodies are made one after the other, so no older state follows a newer one, and everything that is
 * said to be touched is read again after that. Nothing is delivered from within `join`. The source is listened to while
 * there are members.
 */
export class ChangesTopic<K, T> {
  readonly #members = new Set<Member>();
  /** Those who have no snapshot yet, or need another one. */
  readonly #newcomers = new Set<Member>();
  /** Those who missed bodies, with the number of the first. */
  readonly #behind = new Map<Member, number>();
  readonly #missed: MissedKeys<K>;
  /** What was touched and has not been read since. */
  readonly #touched = new Set<K>();
  #snapshot: Uint8Array | undefined;
  /** How many bodies of changes there were. */
  #bodies = 0;
  /** Rises when what is being made is of no use to those who are here now. */
  #epoch = 0;
  #isTurnAsked = false;
  #isWorking = false;
  #hasMore = false;
  #stop: (() => void) | undefined;

  /**
   * `nextTurn` runs a task once what happens at this moment is over. `onError` is told what reading, rendering or a
   * recipient threw; what is missing for that is made when something is touched again, or when somebody joins.
   */
  constructor(
    private readonly source: ChangesSource<K, T>,
    private readonly render: (state: T) => Uint8Array | Promise<Uint8Array>,
    private readonly nextTurn: (task: () => void) => void,
    private readonly onError: (error: unknown) => void,
    private readonly keysPerBody = KEYS_PER_BODY,
  ) {
    this.#missed = new MissedKeys(keysPerBody);
  }

  get memberCount(): number {
    return this.#members.size;
  }

  /** Members that have yet to get something, most of them for being congested. */
  get owedCount(): number {
    return this.#newcomers.size + this.#behind.size;
  }

  /** Keys that are kept because they were touched and not read, or read and missed by somebody. */
  get keyCount(): number {
    return this.#touched.size + this.#missed.size;
  }

  /** Adds a reader; the returned function takes it away at once, and twice is harmless. Throws what `subscribe` throws. */
  join(recipient: Recipient): () => void {
    // Listening comes before reading, so that no change falls in between.
    this.#stop ??= this.source.subscribe((keys) => this.#note(keys));
    const member: Member = { recipient, isWaiting: false };
    this.#members.add(member);
    this.#newcomers.add(member);
    this.#askForTurn();
    return () => this.#leave(member);
  }

  #leave(member: Member): void {
    if (!this.#members.delete(member)) return;
    this.#newcomers.delete(member);
    this.#behind.delete(member);
    this.#forgetMissed();
    if (this.#members.size > 0) return;
    const stop = this.#stop;
    this.#stop = undefined;
    this.#forget();
    stop?.();
  }

  /** Nothing that was made, or is being made, is new enough any more. */
  #forget(): void {
    this.#epoch += 1;
    this.#snapshot = undefined;
    this.#touched.clear();
    this.#behind.clear();
    this.#forgetMissed();
  }

  /** Keys are kept for those who missed something only. */
  #forgetMissed(): void {
    if (this.#behind.size === 0) this.#missed.clear();
  }

  #note(keys: readonly K[] | typeof EVERYTHING): void {
    if (this.#members.size === 0) return;
    if (keys === EVERYTHING) {
      this.#forget();
      for (const member of this.#members) this.#newcomers.add(member);
    } else {
      for (const key of keys) this.#touched.add(key);
    }
    this.#askForTurn();
  }

  #askForTurn(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    this.nextTurn(() => {
      this.#isTurnAsked = false;
      this.#hasMore = this.#isWorking;
      // Never two at a time: what is made later must not be of an earlier state.
      if (!this.#isWorking) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    await this.#attempt(() => this.#update());
    await this.#attempt(() => this.#welcome());
    await this.#attempt(() => this.#catchUp());
    this.#isWorking = false;
    if (this.#hasMore) this.#askForTurn();
  }

  /** What fails does not keep the others from being served. */
  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.onError(error);
    }
  }

  /** Gives what was touched to all who have a snapshot. */
  async #update(): Promise<void> {
    while (this.#touched.size > 0) {
      this.#snapshot = undefined;
      if (this.#newcomers.size === this.#members.size) {
        // The snapshot that they all wait for is read after this.
        this.#touched.clear();
        return;
      }
      const keys = firstOf(this.#touched, this.keysPerBody);
      for (const key of keys) this.#touched.delete(key);
      const epoch = this.#epoch;
      try {
        const body = await this.#bodyOf(keys);
        // Those who came since, or have to begin anew, wait for a snapshot, so it is not for them.
        if (body !== undefined) this.#handOut(keys, body);
      } catch (error) {
        if (epoch === this.#epoch) for (const key of keys) this.#touched.add(key);
        throw error;
      }
    }
  }

  #handOut(keys: readonly K[], body: Uint8Array): void {
    this.#bodies += 1;
    for (const member of this.#members) {
      if (this.#newcomers.has(member) || this.#behind.has(member)) continue;
      if (member.recipient.isCongested) this.#behind.set(member, this.#bodies);
      else this.#deliver(member, body);
    }
    if (this.#behind.size > 0) this.#missed.note(keys, this.#bodies, body);
  }

  /** Gives the snapshot to those who have none. */
  async #welcome(): Promise<void> {
    const epoch = this.#epoch;
    if (!this.#someReady(this.#newcomers)) return;
    if (this.#snapshot === undefined) {
      const state = await this.source.snapshot();
      const body = await this.render(state);
      if (epoch !== this.#epoch) return;
      this.#snapshot = body;
    }
    const snapshot = this.#snapshot;
    // Also to those who came while it was made: what was touched meanwhile follows for them too.
    for (const member of this.#newcomers) {
      if (this.#epoch !== epoch) return;
      if (!this.#isReady(member)) continue;
      this.#newcomers.delete(member);
      this.#deliver(member, snapshot);
    }
  }

  /** Gives those who missed something the newest of it. */
  async #catchUp(): Promise<void> {
    for (const [member, since] of [...this.#behind]) {
      if (!this.#behind.has(member) || !this.#isReady(member)) continue;
      const keys = this.#missed.since(since);
      if (keys === undefined) {
        this.#beginAnew(member);
        continue;
      }
      if (!this.#missed.hasBody(keys)) this.#missed.keepBody(keys, await this.#bodyOf(keys));
      // Meanwhile it may have left, or been filled by somebody else.
      if (!this.#behind.has(member) || !this.#isReady(member)) continue;
      this.#behind.delete(member);
      const body = this.#missed.bodyOf(keys);
      if (body !== undefined) this.#deliver(member, body);
    }
    this.#forgetMissed();
  }

  /** It missed more than is remembered. */
  #beginAnew(member: Member): void {
    this.#behind.delete(member);
    this.#newcomers.add(member);
    this.#askForTurn();
  }

  async #bodyOf(keys: readonly K[]): Promise<Uint8Array | undefined> {
    const state = await this.source.read(keys);
    return state === undefined ? undefined : this.render(state);
  }

  #deliver({ recipient }: Member, body: Uint8Array): void {
    try {
      recipient.deliver(body);
    } catch (error) {
      this.onError(error);
    }
  }

  #someReady(members: Iterable<Member>): boolean {
    let some = false;
    for (const member of members) if (this.#isReady(member)) some = true;
    return some;
  }

  /** If it is congested, it has its turn when it no longer is. */
  #isReady(member: Member): boolean {
    if (!member.recipient.isCongested) return true;
    if (member.isWaiting) return false;
    member.isWaiting = true;
    const goOn = () => {
      member.isWaiting = false;
      if (this.#members.has(member)) this.#askForTurn();
    };
    member.recipient.uncongested().then(goOn, (error: unknown) => {
      this.onError(error);
      goOn();
    });
    return false;
  }
}

function firstOf<K>(keys: Iterable<K>, count: number): readonly K[] {
  const first: K[] = [];
  for (const key of keys) {
    if (first.length >= count) break;
    first.push(key);
  }
  return first;
}

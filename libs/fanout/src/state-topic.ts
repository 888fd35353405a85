import { type Recipient } from './recipient.js';
import { StateMember, type StateMemberTopic } from './state-topic-member.js';

/** Something of which only the newest state counts, in parts that change by themselves, each with a key. */
export interface StateSource<T> {
  /** All parts that there are now. */
  keys(): Iterable<string>;
  /** The newest state; undefined: gone. */
  read(key: string): T | undefined;
  /** Calls the listener after every change, with the key; the returned function stops it. */
  subscribe(onChanged: (key: string) => void): () => void;
}

/** What is known of a part: its newest body, and whether that is still true. */
interface Part {
  body: Uint8Array | undefined;
  isRendering: boolean;
  /** The newest state could not be read or rendered, so the body, if any, is of an older one. */
  hasFailed: boolean;
}

/**
 * One view of a source for many readers who all get the same bytes. Each begins with the newest state of every key, then
 * gets a key again when it has changed. A key is rendered at most once per turn of the event loop, never twice at the same
 * time, and always from the state that is newest then; so nothing overtakes, and states in between may be left out. A
 * reader that is congested gets the newest of each changed key once it no longer is. Nothing is delivered from within
 * `join`. The source is listened to while there are members; the bodies are forgotten with the last.
 */
export class StateTopic<T> {
  readonly #members = new Set<StateMember>();
  readonly #newcomers = new Set<StateMember>();
  readonly #parts = new Map<string, Part>();
  /** Keys to be rendered. */
  readonly #changed = new Set<string>();
  readonly #forMembers: StateMemberTopic;
  #isTurnAsked = false;
  #stop: (() => void) | undefined;

  /**
   * `nextTurn` runs a task once what happens at this moment is over. `onError` is told what `read`, `render` or a
   * recipient threw; the key is rendered again after its next change, or when somebody joins.
   */
  constructor(
    private readonly source: StateSource<T>,
    private readonly render: (state: T) => Uint8Array | Promise<Uint8Array>,
    private readonly nextTurn: (task: () => void) => void,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#forMembers = { bodyOf: (key) => this.#bodyOf(key), nextTurn, onError };
  }

  get memberCount(): number {
    return this.#members.size;
  }

  /** Keys whose newest body is kept, or to come. */
  get keyCount(): number {
    return this.#parts.size;
  }

  /** Keys that members have yet to get, most of them for being congested. */
  get owedCount(): number {
    let owed = 0;
    for (const member of this.#members) owed += member.owedCount;
    return owed;
  }

  /** Adds a reader; the returned function takes it away at once, and twice is harmless. Throws what `subscribe` throws. */
  join(recipient: Recipient): () => void {
    // Listening comes before looking, so that no change falls in between.
    this.#stop ??= this.source.subscribe((key) => this.#note(key));
    const member = new StateMember(recipient, this.#forMembers);
    this.#members.add(member);
    this.#newcomers.add(member);
    for (const key of this.#keys()) {
      member.owe(key);
      const part = this.#parts.get(key);
      if (part === undefined || part.hasFailed) this.#changed.add(key);
    }
    this.#askForTurn();
    return () => this.#leave(member);
  }

  #keys(): Iterable<string> {
    try {
      return [...this.source.keys()];
    } catch (error) {
      this.onError(error);
      return this.#parts.keys();
    }
  }

  #leave(member: StateMember): void {
    if (!this.#members.delete(member)) return;
    member.leave();
    this.#newcomers.delete(member);
    if (this.#members.size > 0) return;
    const stop = this.#stop;
    this.#stop = undefined;
    this.#parts.clear();
    this.#changed.clear();
    stop?.();
  }

  #note(key: string): void {
    if (this.#members.size === 0) return;
    this.#changed.add(key);
    this.#askForTurn();
  }

  #askForTurn(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    this.nextTurn(() => {
      this.#isTurnAsked = false;
      this.#turn();
    });
  }

  #turn(): void {
    const newcomers = [...this.#newcomers];
    this.#newcomers.clear();
    for (const member of newcomers) member.settle();
    for (const key of [...this.#changed]) {
      // Still in the list: nobody of those served before has left as the last.
      if (this.#changed.has(key) && this.#parts.get(key)?.isRendering !== true) this.#renew(key);
    }
  }

  /** Renders the newest state of a key that changed and is not being rendered. */
  #renew(key: string): void {
    this.#changed.delete(key);
    const part: Part = this.#parts.get(key) ?? { body: undefined, isRendering: false, hasFailed: false };
    this.#parts.set(key, part);
    let rendered: Uint8Array | Promise<Uint8Array>;
    try {
      const state = this.source.read(key);
      if (state === undefined) {
        this.#drop(key);
        return;
      }
      rendered = this.render(state);
    } catch (error) {
      this.#fail(key, part, error);
      return;
    }
    if (!(rendered instanceof Promise)) {
      this.#succeed(key, part, rendered);
      return;
    }
    part.isRendering = true;
    rendered.then(
      (body) => this.#succeed(key, part, body),
      (error: unknown) => this.#fail(key, part, error),
    );
  }

  #succeed(key: string, part: Part, body: Uint8Array): void {
    // All have left since it was begun; those who came after them have a part of their own.
    if (this.#parts.get(key) !== part) return;
    part.body = body;
    part.hasFailed = false;
    this.#end(key, part);
    for (const member of this.#members) member.offer(key, body);
  }

  #fail(key: string, part: Part, error: unknown): void {
    this.onError(error);
    if (this.#parts.get(key) !== part) return;
    part.hasFailed = true;
    this.#end(key, part);
    // The older state, if there is one, is what all others have.
    for (const member of this.#members) if (member.owes(key)) member.settle();
  }

  #end(key: string, part: Part): void {
    part.isRendering = false;
    if (this.#changed.has(key)) this.#askForTurn();
  }

  #drop(key: string): void {
    this.#parts.delete(key);
    for (const member of this.#members) member.forgive(key);
  }

  #bodyOf(key: string): Uint8Array | undefined {
    const part = this.#parts.get(key);
    return part === undefined || part.isRendering || this.#changed.has(key) ? undefined : part.body;
  }
}

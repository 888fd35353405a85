import { type EventSource } from './event-source.js';
import { type Recipient } from './recipient.js';

/** For specs: an event with a place, something to filter by, and a size. */
export interface TestEvent {
  readonly position: number;
  readonly colour: string;
  readonly size: string;
}

/** For specs: which of them are wanted. */
export interface TestFilter {
  readonly colours?: readonly string[];
  readonly atLeast?: string;
  /** Not known to the index. */
  readonly isEven?: boolean;
}

/** Resolves when everything that is ready has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** For specs: a store that announces what it keeps; reading takes a turn, and can be made to fail or to wait. */
export class TestSource implements EventSource<TestEvent, TestFilter> {
  readonly stored: TestEvent[] = [];
  readonly listeners = new Set<(event: TestEvent) => void>();
  reads = 0;
  latestAsked = 0;
  failure: Error | undefined;
  /** Called in the middle of each read: the store has answered, the reader has not got it yet. */
  onRead: () => void = () => undefined;

  /** Stores events and announces them. */
  add(...events: readonly Omit<TestEvent, 'position'>[]): void {
    for (const event of this.store(...events)) this.announce(event);
  }

  store(...events: readonly Omit<TestEvent, 'position'>[]): readonly TestEvent[] {
    const made = events.map((event, n) => ({ ...event, position: this.stored.length + n + 1 }));
    this.stored.push(...made);
    return made;
  }

  announce(event: TestEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  subscribeLive(listener: (event: TestEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async readAfter(
    filter: TestFilter,
    after: number,
    upTo: number,
    limit: number,
  ): Promise<readonly TestEvent[]> {
    this.reads += 1;
    await Promise.resolve();
    if (this.failure) throw this.failure;
    const found = this.stored
      .filter((event) => event.position > after && event.position <= upTo && this.matches(event, filter))
      .slice(0, limit);
    this.onRead();
    await turn();
    return found;
  }

  async latest(): Promise<number> {
    this.latestAsked += 1;
    await turn();
    return this.stored.length;
  }

  positionOf({ position }: TestEvent): number {
    return position;
  }

  matches({ colour, size, position }: TestEvent, { colours, atLeast, isEven }: TestFilter): boolean {
    return (
      (colours?.includes(colour) ?? true) &&
      (atLeast === undefined || Number(size) >= Number(atLeast)) &&
      (isEven === undefined || (position % 2 === 0) === isEven)
    );
  }

  indexed({ colours, atLeast, isEven }: TestFilter) {
    const indexed = { keys: [colours], ...(atLeast !== undefined && { atLeast }) };
    return { indexed, isWhole: isEven === undefined };
  }

  lookup({ colour, size }: TestEvent) {
    return { values: [colour], size };
  }

  compareSizes(a: string, b: string): number {
    return Number(a) - Number(b);
  }
}

/** For specs: notes what it gets; can be slow. */
export class TestRecipient implements Recipient {
  readonly positions: number[] = [];
  #room: PromiseWithResolvers<undefined> | undefined;

  get isCongested(): boolean {
    return this.#room !== undefined;
  }

  deliver(body: Uint8Array): void {
    this.positions.push(Number(Buffer.from(body).toString()));
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
}

/** For specs: the body of an event, at once or a turn later. */
export function renderPosition(isSlow: (event: TestEvent) => boolean = () => false) {
  return (event: TestEvent): Uint8Array | Promise<Uint8Array> => {
    const body = Buffer.from(String(event.position));
    return isSlow(event) ? turn().then(() => body) : body;
  };
}

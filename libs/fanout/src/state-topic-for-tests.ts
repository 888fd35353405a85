import { type Recipient } from './recipient.js';
import { StateTopic, type StateSource } from './state-topic.js';

/** A state of the specs: it says whose it is and the how manieth. */
export interface Numbered {
  readonly key: string;
  readonly version: number;
}

/** States that a spec changes by hand; versions rise over all keys. */
export class FakeStates implements StateSource<Numbered> {
  readonly states = new Map<string, Numbered>();
  readonly listeners = new Set<(key: string) => void>();
  #version = 0;

  keys(): Iterable<string> {
    return this.states.keys();
  }

  read(key: string): Numbered | undefined {
    return this.states.get(key);
  }

  subscribe(onChanged: (key: string) => void): () => void {
    this.listeners.add(onChanged);
    return () => this.listeners.delete(onChanged);
  }

  change(...keys: string[]): void {
    for (const key of keys) {
      this.#version += 1;
      this.states.set(key, { key, version: this.#version });
      this.#tell(key);
    }
  }

  remove(key: string): void {
    this.states.delete(key);
    this.#tell(key);
  }

  #tell(key: string): void {
    for (const listener of [...this.listeners]) listener(key);
  }
}

/** A reader that notes what it gets and is congested when the spec says so. */
export class FakeReader implements Recipient {
  readonly seen: string[] = [];
  /** Waits for the end of a congestion, ever. */
  waits = 0;
  deliveredWhileCongested = 0;
  onDeliver: (body: string) => void = () => undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  get isCongested(): boolean {
    return this.#drained !== undefined;
  }

  deliver(body: Uint8Array): void {
    const text = new TextDecoder().decode(body);
    if (this.isCongested) this.deliveredWhileCongested += 1;
    this.seen.push(text);
    this.onDeliver(text);
  }

  uncongested(): Promise<void> {
    this.waits += 1;
    return this.#drained?.promise ?? Promise.resolve();
  }

  congest(): void {
    this.#drained ??= Promise.withResolvers();
  }

  drain(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.resolve();
  }

  /** The last body of each key. */
  get newest(): Map<string, number> {
    return new Map(
      this.seen.map((body) => body.split(' ') as [string, string]).map(([key, n]) => [key, Number(n)]),
    );
  }

  versionsOf(key: string): number[] {
    return this.seen.filter((body) => body.startsWith(`${key} `)).map((body) => Number(body.split(' ')[1]));
  }
}

/** Turns of the event loop that a spec runs by hand. */
export class FakeTurns {
  #tasks: (() => void)[] = [];

  readonly next = (task: () => void): void => {
    this.#tasks.push(task);
  };

  get waiting(): number {
    return this.#tasks.length;
  }

  /** Runs what was asked for until now, then lets every promise continue that can. */
  async run(): Promise<void> {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
    await settled();
  }
}

/** Lets every promise continue that can. */
export async function settled(): Promise<void> {
  for (let n = 0; n < 40; n += 1) await Promise.resolve();
}

/** What a state looks like to a reader: `key version`. */
export function bytesOf({ key, version }: Numbered): Uint8Array {
  return new TextEncoder().encode(`${key} ${version}`);
}

/** One that is under way and ends when the spec says so. */
interface Rendering {
  readonly state: Numbered;
  finish(): Promise<void>;
  fail(): Promise<void>;
}

/** A topic whose renderings end when the spec says so, or at once. */
export function makeTopic({ isSync = true }: { isSync?: boolean } = {}) {
  const source = new FakeStates();
  const turns = new FakeTurns();
  const errors: unknown[] = [];
  const rendered: Numbered[] = [];
  const underWay: Rendering[] = [];
  const render = (state: Numbered): Uint8Array | Promise<Uint8Array> => {
    rendered.push(state);
    if (isSync) return bytesOf(state);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const end = (act: () => void) => async () => {
      underWay.splice(underWay.indexOf(rendering), 1);
      act();
      await settled();
    };
    const rendering = {
      state,
      finish: end(() => resolve(bytesOf(state))),
      fail: end(() => reject(new Error(`cannot render ${state.key} ${state.version}`))),
    };
    underWay.push(rendering);
    return promise;
  };
  const topic = new StateTopic(source, render, turns.next, (error) => errors.push(error));
  const join = () => {
    const reader = new FakeReader();
    return { reader, leave: topic.join(reader) };
  };
  return { source, turns, errors, rendered, underWay, topic, join };
}

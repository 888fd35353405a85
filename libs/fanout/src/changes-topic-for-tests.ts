import { ChangesTopic, EVERYTHING, type ChangesSource } from './changes-topic.js';
import { FakeReader, FakeTurns, settled } from './state-topic-for-tests.js';

/** What a body of the specs says: which keys have which version, and whether that is all there is. */
export interface Told {
  readonly all: boolean;
  readonly states: Readonly<Record<string, number>>;
}

/** One reading that is under way and ends when the spec says so. */
interface Reading {
  readonly keys: readonly string[] | 'snapshot';
  finish(): Promise<void>;
  fail(): Promise<void>;
}

type Listener = Parameters<ChangesSource<string, Told>['subscribe']>[0];

/** Parts that a spec changes by hand. What is read is as old as a reading may be: of the moment it was begun. */
export class FakeChanges implements ChangesSource<string, Told> {
  readonly states = new Map<string, number>();
  readonly listeners = new Set<Listener>();
  readonly underWay: Reading[] = [];
  /** Everything that was ever read. */
  readonly asked: (readonly string[] | 'snapshot')[] = [];
  #untold = new Set<string>();
  #version = 0;

  constructor(private readonly isByHand: boolean) {}

  snapshot(): Promise<Told> {
    return this.#read('snapshot', { all: true, states: Object.fromEntries(this.states) });
  }

  read(keys: readonly string[]): Promise<Told | undefined> {
    const known = keys.filter((key) => this.states.has(key)).map((key) => [key, this.states.get(key) ?? 0]);
    const told = known.length === 0 ? undefined : { all: false, states: Object.fromEntries(known) as object };
    return this.#read(keys, told as Told | undefined);
  }

  subscribe(onTouched: Listener): () => void {
    this.listeners.add(onTouched);
    return () => this.listeners.delete(onTouched);
  }

  /** Changes parts; nobody knows before `tell`. */
  change(...keys: string[]): void {
    for (const key of keys) {
      this.#version += 1;
      this.states.set(key, this.#version);
      this.#untold.add(key);
    }
  }

  /** Tells of everything that changed since the last time: one flush. */
  tell(): void {
    const keys = [...this.#untold];
    this.#untold = new Set();
    for (const listener of [...this.listeners]) listener(keys);
  }

  tellEverything(): void {
    this.#untold = new Set();
    for (const listener of [...this.listeners]) listener(EVERYTHING);
  }

  #read<R>(keys: readonly string[] | 'snapshot', result: R): Promise<R> {
    this.asked.push(keys);
    if (!this.isByHand) return Promise.resolve(result);
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const end = (act: () => void) => async () => {
      this.underWay.splice(this.underWay.indexOf(reading), 1);
      act();
      await settled();
    };
    const reading: Reading = {
      keys,
      finish: end(() => resolve(result)),
      fail: end(() => reject(new Error(`cannot read ${keys.toString()}`))),
    };
    this.underWay.push(reading);
    return promise;
  }
}

/** For specs: a topic over changes that are made by hand. `isByHand`: so are the ends of readings. */
export function makeChanges({ isByHand = false, keysPerBody = 4 } = {}) {
  const source = new FakeChanges(isByHand);
  const turns = new FakeTurns();
  const errors: unknown[] = [];
  let rendered = 0;
  const render = (told: Told) => {
    rendered += 1;
    return new TextEncoder().encode(JSON.stringify(told));
  };
  const topic = new ChangesTopic(source, render, turns.next, (error) => errors.push(error), keysPerBody);
  const join = () => {
    const reader = new FakeReader();
    return { reader, leave: topic.join(reader) };
  };
  /** Changes, tells, and lets the topic do what it can. */
  const flush = async (...keys: string[]) => {
    source.change(...keys);
    source.tell();
    await turns.run();
  };
  return { source, turns, errors, topic, join, flush, renderings: () => rendered };
}

/** What a reader was told. */
export function toldTo({ seen }: FakeReader): readonly Told[] {
  return seen.map((body) => JSON.parse(body) as Told);
}

/** What a reader knows who puts each body over what he has, and begins anew with a snapshot. */
export function known(reader: FakeReader): Readonly<Record<string, number>> {
  let states: Record<string, number> = {};
  for (const told of toldTo(reader)) states = told.all ? { ...told.states } : { ...states, ...told.states };
  return states;
}

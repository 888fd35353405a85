import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resumeStream, type ResumeSource } from './resume-stream.js';
import { SlowConsumerError } from './slow-consumer-error.js';

interface Stored {
  readonly seq: number;
}

/** A store whose writer commits first and announces later, and whose reads take their time. */
class FakeStore implements ResumeSource<Stored> {
  readonly stored: Stored[] = [];
  readonly listeners = new Set<(event: Stored) => void>();
  reads = 0;

  constructor(
    private readonly pause: () => Promise<void> = () => Promise.resolve(),
    private readonly wanted: (seq: number) => boolean = () => true,
  ) {}

  commit(): Stored {
    const event = { seq: this.stored.length + 1 };
    this.stored.push(event);
    return event;
  }

  announce(event: Stored): void {
    if (this.wanted(event.seq)) for (const listener of this.listeners) listener(event);
  }

  write(count = 1): void {
    for (let n = 0; n < count; n += 1) this.announce(this.commit());
  }

  subscribeLive(listener: (event: Stored) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async readAfter(after: number, upTo: number, limit: number): Promise<readonly Stored[]> {
    this.reads += 1;
    await this.pause();
    const page = this.stored
      .filter(({ seq }) => seq > after && seq <= upTo && this.wanted(seq))
      .slice(0, limit);
    await this.pause();
    return page;
  }

  async latest(): Promise<number> {
    await this.pause();
    const latest = this.stored.length;
    await this.pause();
    return latest;
  }

  positionOf(event: Stored): number {
    return event.seq;
  }
}

const seqs = (count: number, from = 1) => Array.from({ length: count }, (_, n) => from + n);

async function take(stream: AsyncIterator<Stored>, count: number): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < count) {
    const result = await stream.next();
    if (result.done === true) break;
    taken.push(result.value.seq);
  }
  return taken;
}

describe('resumeStream', () => {
  test('without a position delivers nothing older than its start', async () => {
    const store = new FakeStore();
    store.write(3);
    const stream = resumeStream(store);
    store.write(2);
    expect(await take(stream, 2)).toEqual([4, 5]);
    expect(store.reads).toBe(0);
  });

  test('with a position delivers what is stored after it, then goes on live without a seam', async () => {
    const store = new FakeStore();
    store.write(10);
    const stream = resumeStream(store, { after: 4, pageSize: 2 });
    const first = await take(stream, 1);
    store.write(3);
    expect([...first, ...(await take(stream, 8))]).toEqual(seqs(9, 5));
    const next = stream.next();
    store.write();
    await expect(next).resolves.toEqual({ done: false, value: { seq: 14 } });
  });

  test('reads what did not fit from the store when more is announced than the queue holds', async () => {
    const store = new FakeStore();
    store.write(10);
    const stream = resumeStream(store, { after: 0, queueLimit: 5, pageSize: 4 });
    const first = await take(stream, 3);
    store.write(50);
    const then = await take(stream, 57);
    store.write(2);
    expect([...first, ...then, ...(await take(stream, 2))]).toEqual(seqs(62));
  });

  test('ends a live consumer that is too slow, with the last position it was given', async () => {
    const store = new FakeStore();
    const stream = resumeStream(store, { queueLimit: 5 });
    store.write(2);
    expect(await take(stream, 2)).toEqual([1, 2]);
    store.write(6);
    await expect(stream.next()).rejects.toEqual(new SlowConsumerError(2));
    await expect(stream.next()).resolves.toEqual({ done: true, value: undefined });
    expect(store.listeners.size).toBe(0);
  });

  test('knows where to resume even if nothing was handed over yet', async () => {
    const store = new FakeStore();
    store.write(7);
    const stream = resumeStream(store, { queueLimit: 2 });
    store.write(3);
    await expect(stream.next()).rejects.toMatchObject({ lastPosition: 7 });
  });

  test('ends when the transport says that its consumer has stopped taking, waiting or not', async () => {
    const slowError = (position: number | undefined) => new Error(`resume after ${String(position)}`);
    const store = new FakeStore();
    const transport = new AbortController();
    const waiting = resumeStream(store, { tooSlow: transport.signal, slowError });
    const idle = resumeStream(store, { tooSlow: transport.signal, slowError, after: 0 });
    const pending = waiting.next();
    transport.abort();
    await expect(pending).rejects.toThrow('resume after undefined');
    await expect(idle.next()).rejects.toThrow('resume after 0');
    expect(store.listeners.size).toBe(0);
    const late = resumeStream(store, { tooSlow: transport.signal, slowError });
    await expect(late.next()).rejects.toThrow('resume after undefined');
    expect(store.listeners.size).toBe(0);
  });

  test('lets everything go at once on return, also while next() waits for an event or for the store', async () => {
    const live = new FakeStore();
    const stream = resumeStream(live);
    const pending = stream.next();
    await stream.return?.();
    expect(live.listeners.size).toBe(0);
    await expect(pending).resolves.toEqual({ done: true, value: undefined });

    const stuck = new FakeStore(() => new Promise(() => undefined));
    const resumed = resumeStream(stuck, { after: 0 });
    const reading = resumed.next();
    await resumed.return?.();
    expect(stuck.listeners.size).toBe(0);
    await expect(reading).resolves.toEqual({ done: true, value: undefined });
  });

  test('passes an error of the store on and lets go', async () => {
    const store = new FakeStore(() => Promise.reject(new Error('store away')));
    const stream = resumeStream(store, { after: 0 });
    await expect(stream.next()).rejects.toThrow('store away');
    await expect(stream.next()).resolves.toEqual({ done: true, value: undefined });
    expect(store.listeners.size).toBe(0);
  });

  test('delivers what is stored, in order, once each, through any interleaving and any number of restarts', async () => {
    const plan = fc.record({
      events: fc.integer({ min: 1, max: 60 }),
      before: fc.integer({ min: 0, max: 40 }),
      queueLimit: fc.integer({ min: 1, max: 8 }),
      pageSize: fc.integer({ min: 1, max: 7 }),
      every: fc.constantFrom(1, 2, 3),
      pauses: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 50 }),
      lives: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ events, before, queueLimit, pageSize, every, pauses, lives }) => {
        let step = 0;
        const pause = async () => {
          for (let n = pauses[step++ % pauses.length] ?? 0; n > 0; n -= 1) await Promise.resolve();
        };
        const wanted = (seq: number) => seq % every === 0;
        const store = new FakeStore(pause, wanted);
        for (let n = 0; n < before; n += 1) store.commit();
        const writer = (async () => {
          for (let n = 0; n < events; n += 1) {
            await pause();
            const event = store.commit();
            await pause();
            store.announce(event);
          }
        })();
        const expected = seqs(before + events).filter(wanted);
        const received: number[] = [];
        for (let life = 0; received.length < expected.length; life += 1) {
          const after = received.at(-1) ?? 0;
          const stream = resumeStream(store, { after, queueLimit, pageSize });
          // A life ends at a random point, as a connection does, and at the latest with the last event.
          const span = life > 200 ? Infinity : (lives[life % lives.length] ?? 0) + 1;
          try {
            for (let n = 0; n < span && received.length < expected.length; n += 1) {
              received.push(...(await take(stream, 1)));
              if (n % 3 === 0) await pause();
            }
          } catch (error) {
            expect(error).toBeInstanceOf(SlowConsumerError);
            expect((error as SlowConsumerError).lastPosition).toBe(received.at(-1) ?? 0);
          }
          await stream.return?.();
        }
        await writer;
        expect(received).toEqual(expected);
        expect(store.listeners.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

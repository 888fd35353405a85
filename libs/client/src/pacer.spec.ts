import { beforeEach, describe, expect, test } from '@jest/globals';
import { Pacer } from './pacer.js';

/** Waits that end when the test says so. */
class HeldTimers {
  readonly waits: { readonly delayMs: number; readonly task: () => void }[] = [];

  nowMs(): number {
    return 0;
  }

  after(delayMs: number, task: () => void): () => void {
    const wait = { delayMs, task };
    this.waits.push(wait);
    return () => {
      if (this.waits.includes(wait)) this.waits.splice(this.waits.indexOf(wait), 1);
    };
  }

  endFirst(): void {
    this.waits.shift()?.task();
  }
}

let timers: HeldTimers;
let pacer: Pacer;

beforeEach(() => {
  timers = new HeldTimers();
  pacer = new Pacer(
    timers,
    () => 0.999,
    () => undefined,
  );
});

/** Waits for the next turn and says how long that took. */
async function nextWait(): Promise<number> {
  const turn = pacer.turn();
  const delayMs = timers.waits[0]?.delayMs ?? 0;
  timers.endFirst();
  await turn;
  return delayMs;
}

describe('Pacer', () => {
  test('lets the first attempt through at once and puts off the next ones ever longer', async () => {
    expect([await nextWait(), await nextWait(), await nextWait()]).toEqual([0, 999, 1998]);
  });

  test('a connection that lasted forgives the failures before it', async () => {
    await nextWait();
    await nextWait();
    pacer.succeeded();
    timers.endFirst();
    pacer.lost();
    expect(await nextWait()).toBe(999);
  });

  test('waits as long as the server wished on top of its own wait, once, and believes no wish beyond a minute', async () => {
    await nextWait();
    pacer.lost(250);
    expect([await nextWait(), await nextWait()]).toEqual([999 + 250, 1998]);
    pacer.lost(1e9);
    expect(await nextWait()).toBe(3996 + 60_000);
  });

  test('forgets a wish when nobody wants a connection any more', async () => {
    await nextWait();
    pacer.lost(250);
    pacer.rest();
    expect(await nextWait()).toBe(0);
  });

  test('a connection that did not last is one more failure, also when time passes after its end', async () => {
    await nextWait();
    await nextWait();
    pacer.succeeded();
    pacer.lost();
    expect(timers.waits).toEqual([]);
    expect(await nextWait()).toBe(1998);
  });

  test('after a rest the next attempt is made at once', async () => {
    await nextWait();
    await nextWait();
    pacer.rest();
    expect([await nextWait(), await nextWait()]).toEqual([0, 999]);
  });

  test('ends a wait when asked to', async () => {
    await nextWait();
    const turn = pacer.turn();
    pacer.skipWait();
    await turn;
    expect(timers.waits).toEqual([]);
  });
});

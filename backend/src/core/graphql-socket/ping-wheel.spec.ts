import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { PingWheel, type PingableSocket } from './ping-wheel.js';

const ROUND_MS = 12_000;

class SocketDouble implements PingableSocket {
  /** When it was pinged, in ms since it was made. */
  readonly pings: number[] = [];
  endedMs: number | undefined;
  readonly #startMs: number;

  constructor(
    private readonly clock: FakeClock,
    /** Called with every ping. */
    public onPing: () => void = () => undefined,
  ) {
    this.#startMs = clock.monotonicMs();
  }

  ping(): void {
    this.pings.push(this.clock.monotonicMs() - this.#startMs);
    this.onPing();
  }

  terminate(): void {
    this.endedMs = this.clock.monotonicMs() - this.#startMs;
  }
}

function setUp() {
  const clock = new FakeClock();
  const cut = { count: 0 };
  const wheel = new PingWheel(clock, ROUND_MS, () => (cut.count += 1));
  const add = (isAlive: boolean) => {
    const socket = new SocketDouble(clock);
    if (isAlive) socket.onPing = () => wheel.answered(socket);
    wheel.add(socket);
    return socket;
  };
  return { clock, wheel, cut, add };
}

describe('PingWheel', () => {
  test('pings a socket once a round for as long as it answers', () => {
    const { clock, wheel, cut, add } = setUp();
    const socket = add(true);
    for (let second = 0; second < 60; second += 1) clock.advance(1_000);
    expect(socket.pings).toEqual([12_000, 24_000, 36_000, 48_000, 60_000]);
    expect([wheel.size, cut.count, socket.endedMs]).toEqual([1, 0, undefined]);
  });

  test('cuts who has not answered a ping when the next is due, within two rounds, and counts it', () => {
    const { clock, wheel, cut, add } = setUp();
    const socket = add(false);
    for (let second = 0; second < 60; second += 1) clock.advance(1_000);
    expect([socket.pings, socket.endedMs]).toEqual([[12_000], 24_000]);
    expect([wheel.size, cut.count]).toEqual([0, 1]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('gives who answered late, but before the next ping, another round', () => {
    const { clock, wheel, add } = setUp();
    const socket = add(false);
    clock.advance(ROUND_MS);
    clock.advance(ROUND_MS - 1);
    wheel.answered(socket);
    clock.advance(1);
    expect([socket.pings.length, socket.endedMs]).toEqual([2, undefined]);
  });

  test('spreads sockets over the round by when they came, so that few are pinged in one moment', () => {
    const { clock, add } = setUp();
    const sockets = Array.from({ length: 120 }, () => {
      clock.advance(100);
      return add(true);
    });
    for (const { pings } of sockets) pings.length = 0;
    const busiest = Math.max(
      ...Array.from({ length: 12 }, () => {
        const before = sockets.reduce((sum, { pings }) => sum + pings.length, 0);
        clock.advance(1_000);
        return sockets.reduce((sum, { pings }) => sum + pings.length, 0) - before;
      }),
    );
    expect(sockets.map(({ pings }) => pings.length)).toEqual(sockets.map(() => 1));
    expect(busiest).toBeLessThanOrEqual(12);
  });

  test('pings nobody before most of a round is over, nor later than a round', () => {
    const { clock, add } = setUp();
    add(true);
    for (let n = 0; n < 40; n += 1) {
      clock.advance(370);
      const socket = add(true);
      for (let step = 0; step < 130; step += 1) clock.advance(100);
      expect(socket.pings[0]).toBeGreaterThan(ROUND_MS * (10 / 12));
      expect(socket.pings[0]).toBeLessThanOrEqual(ROUND_MS);
    }
  });

  test('needs one timer, however many sockets there are, and none without any', () => {
    const { clock, wheel, add } = setUp();
    expect(clock.pendingDelaysMs()).toEqual([]);
    const sockets = Array.from({ length: 50 }, () => add(true));
    expect(clock.pendingDelaysMs()).toEqual([ROUND_MS / 12]);
    for (const socket of sockets) wheel.remove(socket);
    expect([wheel.size, clock.pendingDelaysMs()]).toEqual([0, []]);
    add(true);
    expect(clock.pendingDelaysMs()).toHaveLength(1);
  });

  test('does not mind a socket that was never there, is removed twice, or answers when it is gone', () => {
    const { clock, wheel, cut, add } = setUp();
    const stranger = new SocketDouble(clock);
    wheel.remove(stranger);
    wheel.answered(stranger);
    const socket = add(true);
    wheel.remove(socket);
    wheel.remove(socket);
    wheel.answered(socket);
    clock.advance(ROUND_MS * 3);
    expect([socket.pings, cut.count, wheel.size]).toEqual([[], 0, 0]);
  });

  test('goes on when sockets leave while it pings', () => {
    const { clock, wheel, add } = setUp();
    const [first, second] = [add(true), add(true)];
    first.onPing = () => wheel.remove(second);
    clock.advance(ROUND_MS);
    expect([first.pings.length, second.pings.length, wheel.size]).toEqual([1, 0, 1]);
    first.onPing = () => wheel.remove(first);
    wheel.answered(first);
    clock.advance(ROUND_MS);
    expect([wheel.size, clock.pendingDelaysMs()]).toEqual([0, []]);
  });
});

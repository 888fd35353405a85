import { describe, expect, test } from '@jest/globals';
import { type Outage } from './socket-status.js';
import { SocketRun } from './testing/socket-run.js';
import { type VenueConnection } from './testing/test-venue.js';
import { until } from './testing/until.js';

/** Numbers in [0, 1) that are the same for the same seed: the mulberry32 generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const isOpen = ({ socket }: VenueConnection) => socket.readyState === socket.OPEN;

/** A venue that numbers its events, remembers when it sent each, and has accidents. */
class TroubledMarket {
  readonly sentAtMs: number[] = [];
  /** Connections to which nothing is sent any more, though they stay open: lines that went dead. */
  readonly #dead = new Set<VenueConnection>();
  #takers: readonly VenueConnection[] = [];

  constructor(
    readonly run: SocketRun,
    private readonly random: () => number,
  ) {}

  /** Sends the next event to every subscribed connection, as a venue does. */
  publish(): void {
    const number = this.sentAtMs.push(this.run.clock.nowMs()) - 1;
    this.#takers = this.#subscribed();
    for (const connection of this.#takers) connection.send({ kind: 'data', message: number });
  }

  /**
   * Waits until the newest event has arrived or nobody is left whom it was sent to, and gives handshakes and
   * answers a few turns of the event loop, for the fake clock would outrun them.
   */
  async settle(): Promise<void> {
    const newest = this.sentAtMs.length - 1;
    const { run } = this;
    let turns = 0;
    const arrived = () => run.messages.includes(newest) || !this.#takers.some(isOpen);
    await until(() => (turns += 1) > 4 && arrived(), `event ${newest}`);
  }

  async step(): Promise<void> {
    this.run.clock.advance(1 + Math.floor(this.random() * 3_000));
    this.publish();
    if (this.random() < 0.1) this.#accident();
    if (this.random() < 0.2) this.run.venue.manners = {};
    await this.settle();
  }

  #accident(): void {
    const { venue } = this.run;
    const open = this.#subscribed();
    const victim = open[Math.floor(this.random() * open.length)];
    const accidents = [
      () => victim?.socket.terminate(),
      () => victim?.socket.close(1000),
      () => victim?.raw.destroy(),
      () => Array.from({ length: 20 }, () => victim?.socket.send('garbage')),
      () => victim !== undefined && this.#dead.add(victim),
      () => victim?.send({ kind: 'closing', reason: 'upgrade' }),
      () => victim?.send({ kind: 'closing', reason: 'upgrade' }),
      () => (venue.manners = { refusal: { status: '500 Oops' } }),
      () => (venue.manners = { onRequest: () => undefined }),
    ];
    accidents[Math.floor(this.random() * accidents.length)]?.();
  }

  #subscribed(): readonly VenueConnection[] {
    return this.run.venue.connections.filter(
      (connection) => isOpen(connection) && connection.requests.length > 0 && !this.#dead.has(connection),
    );
  }
}

const covers = ({ fromMs, toMs = Infinity }: Outage, timeMs: number) => fromMs <= timeMs && timeMs <= toMs;

describe('LiveSocket as a witness', () => {
  test('I3: whatever happens, every event was either handed on or lies within a reported outage', async () => {
    const totals = { sent: 0, lost: 0, outages: 0, rollovers: 0 };
    for (const seed of [1, 2, 3]) {
      const run = await SocketRun.live({ random: seeded(seed) });
      const market = new TroubledMarket(run, seeded(100 + seed));
      for (let step = 0; step < 200; step += 1) await market.step();
      run.venue.manners = {};
      // Long enough for the longest backoff, and for an unanswered subscription to be given up.
      for (let second = 0; second < 100; second += 1) {
        run.clock.advance(1_000);
        market.publish();
        await market.settle();
      }
      expect(run.socket.status.state).toBe('LIVE');

      const delivered = new Set(run.messages);
      const closed = run.outages.filter(({ toMs }) => toMs !== undefined);
      const lost = market.sentAtMs.filter((_, number) => !delivered.has(number));
      expect(lost.filter((timeMs) => !closed.some((outage) => covers(outage, timeMs)))).toEqual([]);
      expect(run.outages).toHaveLength(2 * closed.length);
      totals.sent += market.sentAtMs.length;
      totals.lost += lost.length;
      totals.outages += closed.length;
      totals.rollovers += run.socket.counters().rollovers;
      await run.end();
    }
    // The claim would be empty if nothing had gone wrong, or nearly everything.
    expect(totals.lost).toBeGreaterThan(0);
    expect(totals.lost).toBeLessThan(totals.sent / 2);
    expect(totals.outages).toBeGreaterThan(5);
    expect(totals.rollovers).toBeGreaterThan(2);
  }, 60_000);
});

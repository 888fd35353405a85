/** One server process, one fleet, one scenario: joins, measures, and counts what arrived. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MARKETS, nowUs } from './event.mjs';
import { LinkedProcess } from '../support/process-link.mjs';

const SERVERS = {
  'raw-frame': { module: 'raw-server.mjs' },
  'raw-tick': { module: 'raw-server.mjs' },
  'stock-nest': {
    module: 'stock-nest.mts',
    execArgv: ['--import', '../support/run-decorators.mjs'],
    // Keeps some kilobytes for every event and subscriber until it is filtered: 300 events are more than a gigabyte.
    mostEvents: 100,
  },
  orderfox: { module: 'orderfox-server.mjs' },
};

/** The compared servers: the limit twice, the usual stack, the product. */
export const SERVER_NAMES = Object.keys(SERVERS);

const FIRST_GUESTS = 20;
const WARM_MS = 1_500;
const SETTLING_MS = 1_000;
const DELIVERIES_PER_SECOND = 20_000;
/** Events under way at once, however few want one. */
const MOST_EVENTS = MARKETS;
const SHORTEST_PAUSE_MS = 5;
const JOINED_WITHIN_MS = 30_000;
const DRAINED_WITHIN_MS = 60_000;

export class Repetition {
  #published = 0;
  #server;
  #fleet;
  #port;

  constructor({ server, scenario, subscribers, seconds }) {
    Object.assign(this, { server, scenario, subscribers, seconds });
    /** How many subscribers want an event; on average, for those of one market are three or four. */
    this.perEvent = scenario === 'symbols' ? subscribers / MARKETS : subscribers;
    const deliveries = subscribers >= 5_000 ? 20_000 : 8_000;
    this.mostEvents = SERVERS[server].mostEvents ?? MOST_EVENTS;
    this.window = Math.min(deliveries, this.mostEvents * this.perEvent);
    /** Deliveries under way beyond which a server is not pushed by the open loop. */
    this.overload = Math.min(DELIVERIES_PER_SECOND, 2 * this.mostEvents * this.perEvent);
  }

  /** Runs it and gives its figures. */
  async run() {
    const { module, execArgv = [] } = SERVERS[this.server];
    const args = [this.server === 'stock-nest' ? this.scenario : this.server];
    const options = execArgv.map((arg) => (arg.startsWith('.') ? join(import.meta.dirname, arg) : arg));
    this.#server = LinkedProcess.start(join(import.meta.dirname, module), {
      args,
      execArgv: ['--expose-gc', '--no-warnings', ...options],
    });
    this.#fleet = LinkedProcess.start(join(import.meta.dirname, 'fleet.mjs'));
    try {
      const { scenario, subscribers } = this;
      this.#port = await this.#server.call('start', { scenario, subscribers });
      const memory = await this.#join();
      const saturated = await this.#saturate();
      const latency = await this.#pace();
      const check = await this.#fleet.call('check', { lastSeq: this.#published });
      return { memory, saturated, latency, check };
    } finally {
      await Promise.all([this.#fleet.stop(), this.#server.stop()]);
    }
  }

  /** Some guests first, so that what is made once is there; then all, and what each of them costs. */
  async #join() {
    await this.#gather(Math.min(FIRST_GUESTS, this.subscribers));
    await this.#fleet.call('leave');
    await pause(500);
    const before = await this.#server.call('memory');
    await this.#gather(this.subscribers);
    const after = await this.#server.call('memory');
    return {
      heapPerSubscriber: (after.heap - before.heap) / this.subscribers,
      rssPerSubscriber: (after.rss - before.rss) / this.subscribers,
    };
  }

  /** Connects, then publishes until everybody has got an event and nothing is under way. */
  async #gather(count) {
    const { scenario } = this;
    const every = Math.max(1, Math.floor(Math.min(this.window / 16, count)));
    await this.#fleet.call('join', { port: this.#port, count, scenario, every });
    const until = performance.now() + JOINED_WITHIN_MS;
    for (let joined = 0; joined < count;) {
      if (performance.now() > until) {
        const { firstTrouble } = await this.#fleet.call('check', { lastSeq: 0 });
        throw new Error(
          `${this.server}: only ${joined} of ${count} subscribers got something; ${firstTrouble}`,
        );
      }
      // Every subscriber must be meant once.
      const events = scenario === 'symbols' ? MARKETS : 1;
      for (let left = events; left > 0; left -= this.mostEvents) {
        this.#publish(Math.min(left, this.mostEvents));
        joined = await this.#quiet();
      }
    }
    await this.#drain();
  }

  /** Closed loop: as soon as the window has room for an event, the server gets it. */
  async #saturate() {
    const { received: received0 } = await this.#fleet.call('usage');
    const published0 = this.#published;
    let batches = 0;
    const fill = (received) => {
      const outstanding = (this.#published - published0) * this.perEvent - (received - received0);
      const room = Math.floor((this.window - outstanding) / this.perEvent);
      if (room < 1) return;
      batches += 1;
      this.#publish(room);
    };
    this.#fleet.onMessage = ({ received }) => fill(received);
    fill(received0);
    await pause(WARM_MS);
    const [start, batches0, events0] = [await this.#usage(), batches, this.#published];
    await pause(this.seconds * 1_000);
    const [end, batches1, events1] = [await this.#usage(), batches, this.#published];
    this.#fleet.onMessage = () => undefined;
    const drained = await this.#drain();
    const deliveries = end.received - start.received;
    return {
      deliveriesPerSecond: (deliveries / (end.atUs - start.atUs)) * 1e6,
      cpuMsPer10k: ((end.serverUs - start.serverUs) / 1_000 / deliveries) * 10_000,
      fleetCpuMsPer10k: ((end.fleetUs - start.fleetUs) / 1_000 / deliveries) * 10_000,
      eventsPerBatch: (events1 - events0) / Math.max(1, batches1 - batches0),
      drained,
    };
  }

  /** Open loop at a fixed rate. A server that cannot keep up is not pushed further than `overload`: events are left out then. */
  async #pace() {
    const perSecond = DELIVERIES_PER_SECOND / this.perEvent;
    const pauseMs = Math.max(1_000 / perSecond, SHORTEST_PAUSE_MS);
    const { received: received0 } = await this.#fleet.call('usage');
    let received = received0;
    this.#fleet.onMessage = (message) => {
      received = message.received;
    };
    const published0 = this.#published;
    const startMs = performance.now();
    let [timing, skipped] = [false, 0];
    for (
      let elapsedMs = 0;
      elapsedMs < SETTLING_MS + this.seconds * 1_000;
      elapsedMs = performance.now() - startMs
    ) {
      if (!timing && elapsedMs >= SETTLING_MS) {
        timing = true;
        this.#fleet.tell('times', { on: true });
      }
      const published = this.#published - published0;
      const due = Math.floor(((elapsedMs + pauseMs) * perSecond) / 1_000) - published - skipped;
      const outstanding = published * this.perEvent - (received - received0);
      if (outstanding > this.overload) skipped += due;
      else if (due > 0) this.#publish(due);
      await pause(pauseMs - ((performance.now() - startMs) % pauseMs));
    }
    this.#fleet.onMessage = () => undefined;
    const drained = await this.#drain();
    return {
      eventsPerSecond: perSecond,
      ...(await this.#fleet.call('times', { on: false })),
      skipped,
      drained,
    };
  }

  #publish(count) {
    this.#published += count;
    this.#server.tell('publish', { count, momentUs: nowUs() });
  }

  /** Waits until everybody has joined or nothing comes any more. Gives how many have. */
  async #quiet() {
    for (let before = -1; ;) {
      await pause(300);
      const { joined } = await this.#fleet.call('settled', { lastSeq: this.#published });
      const { received } = await this.#fleet.call('usage');
      if (received === before) return joined;
      before = received;
    }
  }

  /** True once everybody has got everything. */
  async #drain() {
    for (const until = performance.now() + DRAINED_WITHIN_MS; performance.now() < until; await pause(50)) {
      const { settled } = await this.#fleet.call('settled', { lastSeq: this.#published });
      if (settled) return true;
    }
    return false;
  }

  async #usage() {
    const [server, fleet] = await Promise.all([this.#server.call('usage'), this.#fleet.call('usage')]);
    const total = ({ user, system }) => user + system;
    return { serverUs: total(server), fleetUs: total(fleet.cpu), received: fleet.received, atUs: fleet.atUs };
  }
}

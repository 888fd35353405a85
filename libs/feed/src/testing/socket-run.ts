import { FakeClock } from '../fake-clock.js';
import { type LiveSocketOptions } from '../live-socket-options.js';
import { LiveSocket } from '../live-socket.js';
import { type SocketProtocol } from '../socket-protocol.js';
import { type Outage, type SocketState, type SocketStatus, type UnreadableReport } from '../socket-status.js';
import { testProtocol } from './test-protocol.js';
import { TestVenue, type VenueManners } from './test-venue.js';
import { until } from './until.js';

/** What a run is made of; all of it has a default. */
export interface RunOptions {
  readonly manners?: VenueManners;
  readonly protocol?: Partial<SocketProtocol>;
  readonly topics?: readonly string[];
  /** Every random number of the run. */
  readonly random?: () => number;
  readonly socket?: Partial<LiveSocketOptions>;
}

/** A LiveSocket against a test venue, on a fake clock, with everything it said written down. */
export class SocketRun {
  readonly clock = new FakeClock();
  readonly states: SocketStatus[] = [];
  readonly outages: Outage[] = [];
  readonly messages: unknown[] = [];
  readonly unreadable: UnreadableReport[] = [];
  readonly refusals: [topic: string, reason: string][] = [];
  readonly handlerErrors: unknown[] = [];
  readonly socket: LiveSocket;

  private constructor(
    readonly venue: TestVenue,
    options: RunOptions,
  ) {
    this.socket = new LiveSocket({
      protocol: testProtocol(venue.url, options.protocol),
      topics: options.topics ?? ['a'],
      clock: this.clock,
      random: options.random ?? (() => 0.5),
      onMessage: (message) => this.messages.push(message),
      onState: (status) => this.states.push(status),
      onOutage: (outage) => this.outages.push(outage),
      onUnreadable: (report) => this.unreadable.push(report),
      onRefused: (topic, reason) => this.refusals.push([topic, reason]),
      onHandlerError: (error) => this.handlerErrors.push(error),
      ...options.socket,
    });
  }

  /** Opens a venue and starts a socket on it. */
  static async start(options: RunOptions = {}): Promise<SocketRun> {
    const run = new SocketRun(await TestVenue.open(options.manners), options);
    run.socket.start();
    return run;
  }

  /** The same, and waits until data flows. */
  static async live(options: RunOptions = {}): Promise<SocketRun> {
    const run = await SocketRun.start(options);
    try {
      await run.untilState('LIVE');
    } catch (error) {
      await run.end();
      throw error;
    }
    return run;
  }

  /** The states so far, repeated ones once. */
  get stateNames(): readonly SocketState[] {
    const names = this.states.map(({ state }) => state);
    return names.filter((name, index) => name !== names[index - 1]);
  }

  async untilState(state: SocketState): Promise<void> {
    await until(
      () => this.socket.status.state === state,
      `${state}; it is ${JSON.stringify(this.socket.status)}`,
    );
  }

  /** Waits until the venue has seen so many connections. */
  async untilConnections(count: number): Promise<void> {
    await until(() => this.venue.connections.length >= count, `connection ${count}`);
  }

  /** Sends a control frame on a connection and waits until it has arrived. */
  async control(index: number): Promise<void> {
    const before = this.socket.counters().dataFrames;
    this.venue.connection(index).send({ kind: 'control' });
    await until(() => this.socket.counters().dataFrames > before, 'a control frame to arrive');
  }

  /** Lets time pass while the venue sends control data every second, as a busy market does. */
  async flow(seconds: number, index: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.clock.advance(1_000);
      await this.control(index);
    }
  }

  async end(): Promise<void> {
    await this.socket.stop();
    await this.venue.close();
  }
}

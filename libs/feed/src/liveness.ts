import { type Clock, type Timer } from './clock.js';
import { IdleWatch } from './idle-watch.js';
import { type SocketProtocol } from './socket-protocol.js';

/** What the two watches found out about a connection. */
export interface LivenessPorts {
  readonly clock: Clock;
  readonly heartbeat: SocketProtocol['heartbeat'];
  readonly controlStaleMs: number;
  /** Sends the venue's heartbeat in its turn and calls `sent` when it is on the wire. */
  readonly probe: (sent: () => void) => void;
  /** No data for `controlStaleMs`; the transport is being probed. */
  readonly onStale: () => void;
  /** Data flows again after `onStale`, on the same connection. */
  readonly onFresh: () => void;
  /** The transport answered and still no data came: the venue accepted us and sends nothing. */
  readonly onSilent: () => void;
  /** A heartbeat was not answered in time: nobody is at the other end any more. */
  readonly onDead: () => void;
}

/**
 * Two questions that must not be mixed up: does the other end still answer, and does data flow? Pings and pongs answer
 * the first only. A heartbeat goes out when the venue said nothing at all for its idle time (or at every such time,
 * where the venue counts our pings), and also when data stays
 * away too long, for the answer tells a dead line from a live one on which the venue sends nothing.
 */
export class Liveness {
  readonly #transport: IdleWatch;
  readonly #data: IdleWatch;
  #answerTimer: Timer | undefined;
  #probing = false;
  #stale = false;
  #stopped = false;

  constructor(private readonly ports: LivenessPorts) {
    this.#transport = new IdleWatch(ports.clock, ports.heartbeat.idleMs, () => this.#probe());
    this.#data = new IdleWatch(ports.clock, ports.controlStaleMs, () => this.#becomeStale());
  }

  /** The connection is open: heartbeats begin. */
  open(): void {
    this.#transport.start();
  }

  /** Everything asked for is answered: data is expected from now on. */
  expectData(): void {
    this.#data.start();
  }

  /** Any frame came, also a ping or a pong. */
  frameArrived(): void {
    if (this.#probing || this.ports.heartbeat.evenWhenBusy !== true) this.#transport.touch();
    if (!this.#probing) return;
    this.#endProbe();
    if (!this.#stale) return;
    this.#stop();
    this.ports.onSilent();
  }

  /** A `data` or `control` frame came. To be called before `frameArrived` for the same frame. */
  dataArrived(): void {
    this.#data.touch();
    if (!this.#stale) return;
    this.#stale = false;
    this.ports.onFresh();
  }

  stop(): void {
    this.#stop();
  }

  #becomeStale(): void {
    this.#stale = true;
    this.ports.onStale();
    // A heartbeat that is under way has its own, earlier deadline: ask anew, with the full time to answer.
    this.#endProbe();
    this.#probe();
  }

  #probe(): void {
    if (this.#probing || this.#stopped) return;
    this.#probing = true;
    const sent = () => {
      if (this.#probing) this.#awaitAnswer();
    };
    this.ports.probe(sent);
  }

  #awaitAnswer(): void {
    const { clock, heartbeat, onDead } = this.ports;
    const answer = new IdleWatch(clock, heartbeat.answerWithinMs, () => {
      this.#stop();
      onDead();
    });
    this.#answerTimer?.cancel();
    this.#answerTimer = { cancel: () => answer.stop() };
    answer.start();
  }

  #endProbe(): void {
    this.#probing = false;
    this.#answerTimer?.cancel();
    this.#answerTimer = undefined;
  }

  #stop(): void {
    this.#stopped = true;
    this.#endProbe();
    this.#transport.stop();
    this.#data.stop();
  }
}

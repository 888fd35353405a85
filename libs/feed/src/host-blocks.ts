import { AddressPause } from './address-pause.js';
import { type Clock } from './clock.js';
import { type HttpRefusal } from './http-refusal.js';
import { type VenueError } from './venue-error.js';

/** A process talks to a handful of hosts; a bound all the same. */
const MAX_HOSTS = 100;

/**
 * Which hosts must be left alone, and until when. A request during a ban lengthens it, so it is refused here and never
 * leaves this machine.
 */
export class HostBlocks {
  readonly #hosts = new Map<string, AddressPause>();

  constructor(private readonly clock: Clock) {}

  /** Throws the host's refusal again while it holds. `where` names host and path for the message. */
  check(host: string, where: string): void {
    this.#hosts.get(host)?.check(where);
  }

  /** Notes a refusal and makes the error to throw. */
  refused(host: string, where: string, refusal: HttpRefusal): VenueError {
    const pause = this.#hosts.get(host) ?? new AddressPause(this.clock, false);
    if (this.#hosts.size < MAX_HOSTS) this.#hosts.set(host, pause);
    return pause.refused(where, refusal);
  }

  /** The host answered as wanted: the next ban counts as its first again. */
  answered(host: string): void {
    this.#hosts.get(host)?.answered();
  }
}

import { type Clock } from './clock.js';
import { GEO_RETRY_MS, LONGEST_WAIT_MS, type HttpRefusal } from './http-refusal.js';
import { VenueError, type VenueFailure } from './venue-error.js';

/** Binance's shortest ban, doubling while we are banned again and again. */
const SHORTEST_BAN_MS = 120_000;
/** A process talks to a handful of hosts; a bound all the same. */
const MAX_HOSTS = 100;

interface Block {
  readonly failure: VenueFailure;
  readonly words: string;
  /** Monotonic, so that a step of the wall clock does not end a ban early. */
  readonly endsAtMs: number;
}

/**
 * Which hosts must be left alone, and until when. A request during a ban lengthens it, so it is refused here and never
 * leaves this machine.
 */
export class HostBlocks {
  readonly #blocks = new Map<string, Block>();
  readonly #bans = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Throws the host's refusal again while it holds. `where` names host and path for the message. */
  check(host: string, where: string): void {
    const block = this.#blocks.get(host);
    if (block === undefined) return;
    const leftMs = block.endsAtMs - this.clock.monotonicMs();
    if (leftMs > 0) throw this.#error(block, `${where} was not asked: the host ${block.words}`, leftMs);
    this.#blocks.delete(host);
  }

  /** Notes a refusal and makes the error to throw. */
  refused(host: string, where: string, refusal: HttpRefusal): VenueError {
    const waitMs = this.#waitFor(host, refusal);
    if (waitMs === undefined) {
      return new VenueError(refusal.failure, `${where} ${refusal.words}`, undefined, refusal.status);
    }
    const endsAtMs = Math.max(
      this.clock.monotonicMs() + waitMs,
      this.#blocks.get(host)?.endsAtMs ?? -Infinity,
    );
    if (this.#blocks.size < MAX_HOSTS || this.#blocks.has(host)) {
      this.#blocks.set(host, { failure: refusal.failure, words: refusal.words, endsAtMs });
    }
    return this.#error(refusal, `${where} ${refusal.words}`, endsAtMs - this.clock.monotonicMs());
  }

  /** The host answered as wanted: the next ban counts as its first again. */
  answered(host: string): void {
    this.#bans.delete(host);
  }

  #waitFor(host: string, { failure, waitMs }: HttpRefusal): number | undefined {
    if (failure === 'GEO_BLOCKED') return Math.max(waitMs ?? 0, GEO_RETRY_MS);
    if (failure !== 'BANNED') return failure === 'RATE_LIMITED' ? waitMs : undefined;
    const bans = this.#bans.get(host) ?? 0;
    if (this.#bans.size < MAX_HOSTS || this.#bans.has(host)) this.#bans.set(host, bans + 1);
    return Math.max(waitMs ?? 0, Math.min(SHORTEST_BAN_MS * 2 ** Math.min(bans, 32), LONGEST_WAIT_MS));
  }

  #error({ failure }: Pick<Block, 'failure'>, message: string, leftMs: number): VenueError {
    return new VenueError(failure, message, this.clock.nowMs() + leftMs);
  }
}

import { type Clock } from './clock.js';
import { type Outage } from './socket-status.js';

/** As many topics as a detail names; the rest is a number. */
const NAMED_TOPICS = 5;

/**
 * Keeps the outage of topics that are wanted and not carried while everything else flows. It begins when the first of
 * them was refused, is told again whenever its topics change, and ends when none is missing.
 */
export class MissingTopics {
  #open: Outage | undefined;

  constructor(
    private readonly clock: Pick<Clock, 'nowMs'>,
    private readonly tell: (outage: Outage) => void,
  ) {}

  /** Whether an outage is open. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Looks at what is missing now: each topic with the epoch ms at which it was refused. */
  look(missing: ReadonlyMap<string, number>): void {
    if (missing.size === 0) {
      this.#close();
      return;
    }
    const detail = describe([...missing.keys()]);
    if (this.#open?.detail === detail) return;
    const fromMs = this.#open?.fromMs ?? Math.min(...missing.values());
    this.#open = { fromMs, cause: 'SUBSCRIPTION', detail };
    this.tell(this.#open);
  }

  #close(): void {
    if (this.#open === undefined) return;
    // The wall clock may have been set back meanwhile; an outage never ends before it began.
    const closed = { ...this.#open, toMs: Math.max(this.clock.nowMs(), this.#open.fromMs) };
    this.#open = undefined;
    this.tell(closed);
  }
}

function describe(topics: readonly string[]): string {
  const named = [...topics].sort().slice(0, NAMED_TOPICS).join(', ');
  const rest = topics.length > NAMED_TOPICS ? ` and ${topics.length - NAMED_TOPICS} more` : '';
  return `the venue refused ${topics.length} ${topics.length === 1 ? 'topic' : 'topics'}: ${named}${rest}`;
}

import { type FeedStatus } from '@orderfox/domain';
import { type Clock, type Timer } from '@orderfox/feed';

/** A feed that changes back and forth within this time is told once, in its last state. */
export const SETTLE_MS = 200;
/** The newest event alone makes news no more often than this. */
export const EVENT_NEWS_MS = 5_000;

interface Published {
  readonly status: FeedStatus;
  readonly atMs: number;
}

/** Tells the bus what changed about the feeds, and nothing else, however often it is told the same. */
export class FeedStatusBoard {
  readonly #published = new Map<string, Published>();
  readonly #pending = new Map<string, FeedStatus>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(
    private readonly clock: Clock,
    /** `before` is what was last told of the same feed. */
    private readonly publish: (status: FeedStatus, before: FeedStatus | undefined) => void,
  ) {}

  update(status: FeedStatus): void {
    if (this.#stopped) return;
    const key = `${status.venue} ${status.stream}`;
    if (!this.#isNews(this.#published.get(key), status)) {
      this.#pending.delete(key);
      return;
    }
    this.#pending.set(key, status);
    this.#timer ??= this.clock.after(SETTLE_MS, () => this.#tell());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #tell(): void {
    this.#timer = undefined;
    const news = [...this.#pending];
    this.#pending.clear();
    for (const [key, status] of news) {
      const before = this.#published.get(key)?.status;
      this.#published.set(key, { status, atMs: this.clock.monotonicMs() });
      this.publish(status, before);
    }
  }

  #isNews(published: Published | undefined, { state, reason, untilMs, lastEventMs }: FeedStatus): boolean {
    if (published === undefined) return true;
    const { status, atMs } = published;
    if (status.state !== state || status.reason !== reason || status.untilMs !== untilMs) return true;
    return status.lastEventMs !== lastEventMs && this.clock.monotonicMs() - atMs >= EVENT_NEWS_MS;
  }
}

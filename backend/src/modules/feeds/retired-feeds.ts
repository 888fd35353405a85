import { type FeedGap } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { type CoverageWriter } from './coverage-writer.js';
import { type FeedGapRepository } from './feed-gap.repository.js';

/** What is needed to end the gaps of feeds that are gone. */
export interface RetiredFeedsParts {
  readonly repository: Pick<FeedGapRepository, 'allOpenGaps'>;
  readonly writer: Pick<CoverageWriter, 'saveGap'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether a feed is run now, or is meant to be. */
  readonly isRun: (feed: Pick<FeedGap, 'venue' | 'stream'>) => boolean;
}

/**
 * Ends what feeds left open that are not run any more, such as those of a venue that was taken out of the configuration:
 * nobody else would, and every sum since would be called incomplete for ever. They count up to the start of the first
 * process that runs without them.
 */
export class RetiredFeeds {
  readonly #startedMs: number;
  #ending: Promise<void> | undefined;
  #done = false;
  #failed = false;

  constructor(private readonly parts: RetiredFeedsParts) {
    this.#startedMs = parts.clock.nowMs();
  }

  /** Does it once; to be called again until the database has answered. Never rejects. */
  end(): Promise<void> {
    if (this.#done) return Promise.resolve();
    this.#ending ??= this.#end().finally(() => {
      this.#ending = undefined;
    });
    return this.#ending;
  }

  async #end(): Promise<void> {
    const { repository, writer, log, isRun } = this.parts;
    try {
      const open = await repository.allOpenGaps();
      for (const gap of open.filter((each) => !isRun(each))) {
        const detail = `${gap.detail} It is not listened to any more.`.trim();
        writer.saveGap({ ...gap, toMs: Math.max(this.#startedMs, gap.fromMs + 1), detail });
      }
      this.#done = true;
    } catch (error) {
      if (!this.#failed) log.warn({ err: error }, 'gaps of feeds that are gone cannot be ended yet');
      this.#failed = true;
    }
  }
}

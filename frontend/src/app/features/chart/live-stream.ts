import { type Updates } from './chart-source.js';
import { type ChartPart, type ChartTroubles } from './chart-troubles.js';

/** A stream of one view that says when it does not work, and why. */
export class LiveStream<T> {
  #updates: Updates<T> | undefined;
  #isTroubled = false;

  constructor(
    private readonly part: ChartPart,
    /** `onRetry` is told what went wrong when the stream is opened again by itself. */
    private readonly open: (onRetry: (error: unknown) => void) => Updates<T>,
    private readonly on: {
      news(news: T): void;
      /** It does not work any more: what happens from now on may not be told. */
      lost?(): void;
      /** It works again. */
      back?(): void;
    },
    private readonly troubles: Pick<ChartTroubles, 'note' | 'clear'>,
  ) {
    void this.#follow();
  }

  /** Opens it again at once, unless it works. */
  retry(): void {
    if (!this.#isTroubled) return;
    this.end();
    void this.#follow();
  }

  end(): void {
    const updates = this.#updates;
    this.#updates = undefined;
    updates?.end();
  }

  async #follow(): Promise<void> {
    const updates = this.open((error) => {
      if (this.#updates === updates) this.#failed(error, false);
    });
    this.#updates = updates;
    try {
      await updates.each((news) => {
        if (this.#updates !== updates) return;
        this.on.news(news);
        if (!this.#isTroubled) return;
        this.#isTroubled = false;
        this.troubles.clear(this.part);
        this.on.back?.();
      });
    } catch (error) {
      if (this.#updates === updates) this.#failed(error, true);
    }
  }

  #failed(error: unknown, isFinal: boolean): void {
    this.#isTroubled = true;
    this.on.lost?.();
    this.troubles.note(this.part, error, isFinal);
  }
}

import { persistently, type Timers } from '@orderfox/client';
import { type Clock } from '../../core/clock.js';
import { type ChartPart, type ChartTroubles } from './chart-troubles.js';

/** A page that somebody looks at does not wait as long as a program may. */
const LONGEST_MS = 10_000;

/**
 * The questions of one view to the server. Each is asked until it is answered: again by itself after a trouble that passes,
 * and after a refusal for good when the viewer wants it. Until then it is on the list of troubles.
 */
export class ChartQuestions {
  readonly #over = new AbortController();
  /** Ends of the waits for a next attempt. */
  readonly #waits = new Set<() => void>();
  readonly #timers: Timers;

  constructor(
    clock: Clock,
    private readonly troubles: Pick<ChartTroubles, 'note' | 'clear'>,
  ) {
    this.#timers = {
      nowMs: () => clock.nowMs(),
      after: (delayMs, task) => {
        const go = this.#wait(() => {
          cancel();
          task();
        });
        const cancel = clock.after(delayMs, go);
        return () => {
          cancel();
          this.#waits.delete(go);
        };
      },
    };
  }

  areOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Nothing is asked any more. */
  end(): void {
    this.#over.abort();
    this.retry();
  }

  /** Asks again at once whatever waits for it. */
  retry(): void {
    for (const go of [...this.#waits]) go();
  }

  /** The answer, however long it takes; undefined when it is not wanted any more. Trouble without a `part` is not shown. */
  async ask<T>(
    part: ChartPart | undefined,
    question: () => Promise<T>,
    { signal: leave, onFailure }: QuestionOptions = {},
  ): Promise<T | undefined> {
    const over = this.#over.signal;
    const signal = leave === undefined ? over : AbortSignal.any([over, leave]);
    const told = new Set<ChartPart>();
    const failed = (error: unknown, isFinal: boolean) => {
      if (signal.aborted) return;
      if (part !== undefined) {
        told.add(part);
        this.troubles.note(part, error, isFinal);
      }
      onFailure?.();
    };
    while (isWanted(signal)) {
      try {
        const answer = await persistently(question, {
          signal,
          timers: this.#timers,
          longestMs: LONGEST_MS,
          onRetry: (error) => failed(error, false),
        });
        if (!isWanted(signal)) break;
        if (part !== undefined) this.troubles.clear(part);
        return answer;
      } catch (error) {
        failed(error, true);
        if (isWanted(signal)) await this.#untilRetried(signal);
      }
    }
    // Whoever asks instead has troubles of their own.
    if (!over.aborted) for (const each of told) this.troubles.clear(each);
    return undefined;
  }

  #untilRetried(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = this.#wait(resolve);
      signal.addEventListener('abort', go, { once: true });
    });
  }

  #wait(task: () => void): () => void {
    const go = () => {
      this.#waits.delete(go);
      task();
    };
    this.#waits.add(go);
    return go;
  }
}

/** How a question is asked. */
export interface QuestionOptions {
  /** Says that the answer is not wanted any more. */
  readonly signal?: AbortSignal;
  /** Told of every failure, so that others need not wait for the answer. */
  readonly onFailure?: () => void;
}

/** A function, for nobody expects a signal to change between two lines. */
function isWanted(signal: AbortSignal): boolean {
  return !signal.aborted;
}

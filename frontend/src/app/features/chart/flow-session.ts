import { type Clock } from '../../core/clock.js';
import { type FlowPoint } from './chart-points.js';
import { ChartQuestions } from './chart-questions.js';
import { type ChartSpan } from './chart-source.js';
import { type ChartTroubles } from './chart-troubles.js';
import { FlowHistory, type FlowListener } from './flow-history.js';
import { type FlowSource } from './flow-source.js';
import { LiveStream } from './live-stream.js';
import { RepeatedTask } from './repeated-task.js';

/** So often it is looked for gaps, and for what a stream in which nothing happens does not tell. */
const LOOK_EVERY_MS = 30_000;

/** What a session works with. */
export interface FlowSessionParts {
  readonly source: FlowSource;
  readonly clock: Clock;
  /** The server's clock, epoch milliseconds. */
  readonly nowMs: () => number;
  readonly timeframe: string;
  readonly troubles: ChartTroubles;
  /** The time that the chart shows; undefined while it is not known. */
  readonly shown: () => ChartSpan | undefined;
}

/** What takers did in one view of a chart, from beginning to end: the stream is opened first, and history read after. */
export class FlowSession {
  readonly history: FlowHistory;
  readonly #questions: ChartQuestions;
  readonly #stream: LiveStream<FlowPoint>;
  readonly #reading: RepeatedTask;
  readonly #stopLooking: () => void;

  constructor({ source, clock, nowMs, timeframe, troubles, shown }: FlowSessionParts, on: FlowListener) {
    this.#questions = new ChartQuestions(clock, troubles);
    this.history = new FlowHistory(source, this.#questions, timeframe, nowMs, on);
    this.#reading = new RepeatedTask(async () => {
      const span = shown();
      if (span !== undefined && !this.#questions.areOver()) await this.history.read(span);
    });
    this.#stream = new LiveStream<FlowPoint>(
      'live-takers',
      (onRetry) => source.updates(onRetry),
      {
        news: (point) => {
          if (this.history.take(point)) this.read();
        },
        lost: () => this.lost(),
      },
      troubles,
    );
    this.#stopLooking = clock.every(LOOK_EVERY_MS, () => this.read());
    this.read();
  }

  /** Reads what of the time that is shown is not known yet. */
  read(): void {
    this.#reading.want();
  }

  /** What happens from now on is not told, until the stream begins anew. */
  lost(): void {
    this.history.lost();
  }

  /** Asks again at once for all that failed. */
  retry(): void {
    this.#questions.retry();
    this.#stream.retry();
  }

  end(): void {
    this.#questions.end();
    this.#stopLooking();
    this.#stream.end();
  }
}

import { type StateStream } from '@orderfox/fanout';
import { type Clock } from '@orderfox/feed';
import { historyRange, isAfterGap } from '../polled/history-range.js';
import { type VenueState } from '../polled/followed-symbol.js';
import { contractKey } from '../polled/reading.js';
import { type SeriesBoard } from '../polled/series-board.js';
import { type SeriesQuestions } from '../polled/series-questions.js';
import { type OpenInterestPoint } from './open-interest-point.js';
import { type OpenInterestRepository } from './open-interest.repository.js';
import { type ValuedReading } from './valued-history.js';

/** How a venue stands with its open interest of a market. */
export type OpenInterestState = VenueState<OpenInterestPoint>;

/** A point of history: with whether there is a hole before it. */
export interface ToldOpenInterest extends OpenInterestPoint {
  readonly isAfterGap: boolean;
}

/** What of the past is wanted, as a client says it. */
export interface SeriesWish {
  readonly symbol: string;
  readonly hours?: number | null;
  readonly venue?: string | null;
}

/** What a reader works with. */
export interface OpenInterestReaderParts {
  readonly board: SeriesBoard<ValuedReading, OpenInterestPoint>;
  readonly repository: Pick<OpenInterestRepository, 'history'>;
  readonly questions: SeriesQuestions;
  readonly clock: Clock;
  readonly retentionDays: number;
}

/** Answers questions about open interest. Everything rejects with ApiError where a client is to blame. */
export class OpenInterestReader {
  constructor(private readonly parts: OpenInterestReaderParts) {}

  /** How every venue stands, once each has been asked, or after three seconds. */
  async states(name: string, signal?: AbortSignal): Promise<readonly OpenInterestState[]> {
    return this.parts.board.read(await this.parts.questions.symbol(name), signal);
  }

  async stream(name: string): Promise<StateStream<OpenInterestState>> {
    return this.parts.board.stream(await this.parts.questions.symbol(name));
  }

  /** Points of the last hours, the oldest first; of a market that nobody asked for before, once its past was fetched. */
  async history(
    { symbol: name, hours, venue }: SeriesWish,
    signal?: AbortSignal,
  ): Promise<readonly ToldOpenInterest[]> {
    const { board, repository, questions, clock, retentionDays } = this.parts;
    const range = historyRange(hours, clock.nowMs(), retentionDays);
    const only = questions.venue(venue);
    const symbol = await questions.symbol(name);
    await board.filled(symbol, signal);
    const before = new Map<string, number>();
    const points = await repository.history(symbol, range, only);
    return points.map((point) => {
      const key = contractKey(point);
      const told = { ...point, isAfterGap: isAfterGap(before.get(key), point.timestampMs, range.stepMs) };
      before.set(key, point.timestampMs);
      return told;
    });
  }

  /** Asks no venue any more, and has what waits kept. */
  close(): Promise<void> {
    return this.parts.board.close();
  }
}

import { type StateStream } from '@orderfox/fanout';
import { type Clock } from '@orderfox/feed';
import { type FundingReading } from '@orderfox/venues';
import { historyRange, isAfterGap } from '../polled/history-range.js';
import { type VenueState } from '../polled/followed-symbol.js';
import { contractKey } from '../polled/reading.js';
import { type SeriesBoard } from '../polled/series-board.js';
import { type SeriesQuestions } from '../polled/series-questions.js';
import { type FundingKind, type FundingRate } from './funding-rate.js';
import { type FundingRepository } from './funding.repository.js';

/** How a venue stands with its funding of a market. */
export type FundingState = VenueState<FundingRate>;

/** A rate of history: with whether there is a hole before it. */
export interface ToldFunding extends FundingRate {
  readonly isAfterGap: boolean;
}

/** What of the past is wanted, as a client says it. */
export interface FundingWish {
  readonly symbol: string;
  readonly hours?: number | null;
  readonly venue?: string | null;
  readonly kind?: FundingKind | null;
}

/** What a reader works with. */
export interface FundingReaderParts {
  readonly board: SeriesBoard<FundingReading, FundingRate>;
  readonly repository: Pick<FundingRepository, 'history'>;
  readonly questions: SeriesQuestions;
  readonly clock: Clock;
  readonly retentionDays: number;
}

/** Answers questions about funding. Everything rejects with ApiError where a client is to blame. */
export class FundingReader {
  constructor(private readonly parts: FundingReaderParts) {}

  /** How every venue stands, once each has been asked, or after three seconds. */
  async states(name: string, signal?: AbortSignal): Promise<readonly FundingState[]> {
    return this.parts.board.read(await this.parts.questions.symbol(name), signal);
  }

  async stream(name: string): Promise<StateStream<FundingState>> {
    return this.parts.board.stream(await this.parts.questions.symbol(name));
  }

  /** Rates of the last hours, the oldest first; of a market that nobody asked for before, once its past was fetched. */
  async history(
    { symbol: name, hours, venue, kind }: FundingWish,
    signal?: AbortSignal,
  ): Promise<readonly ToldFunding[]> {
    const { board, repository, questions, clock, retentionDays } = this.parts;
    const range = historyRange(hours, clock.nowMs(), retentionDays);
    const only = questions.venue(venue);
    const symbol = await questions.symbol(name);
    await board.filled(symbol, signal);
    const before = new Map<string, number>();
    const rates = await repository.history(symbol, range, { venue: only, kind: kind ?? undefined });
    return rates.map((rate) => {
      const key = `${contractKey(rate)}|${rate.kind}`;
      const beforeMs = before.get(key);
      before.set(key, rate.timestampMs);
      return { ...rate, isAfterGap: isHoleBefore(rate, beforeMs, range.stepMs) };
    });
  }

  /** Asks no venue any more, and has what waits kept. */
  close(): Promise<void> {
    return this.parts.board.close();
  }
}

/** Estimates come once a minute; between two settled rates lies the interval that the second one ended. */
function isHoleBefore(rate: FundingRate, beforeMs: number | undefined, stepMs: number): boolean {
  if (rate.kind === 'ESTIMATE') return isAfterGap(beforeMs, rate.timestampMs, stepMs);
  return isAfterGap(beforeMs, rate.timestampMs, rate.intervalMs * 0.75);
}

import { type InstrumentLookup, type Liquidation, type Refusal, type VenueId } from '@orderfox/domain';

/** Which past liquidations of one contract are wanted: the newest, or those of a stretch of time. */
export interface HistoryQuery {
  readonly venueSymbol: string;
  /** The most rows that the answer should have. */
  readonly limit: number;
  /** First moment of the stretch, epoch ms. */
  readonly fromMs?: number;
  /** Last moment of the stretch, itself included, epoch ms. */
  readonly toMs?: number;
}

/** What reading an answer needs beside the answer. */
export interface HistoryContext {
  readonly venue: VenueId;
  /** The venue's contracts, always the newest catalogue. */
  readonly instruments: InstrumentLookup;
  /** Whether liquidations of this canonical symbol are to be recorded. */
  records(symbol: string): boolean;
  /** When the answer came, epoch ms. */
  readonly receivedTimeMs: number;
}

/** What an answer held. */
export interface HistoryPage {
  /** Oldest first. */
  readonly events: readonly Liquidation[];
  readonly refusals: readonly Refusal[];
  /** Rows of the answer, whatever became of them. */
  readonly rows: number;
}

/**
 * How a service outside, which keeps past liquidations of a venue that offers none itself, is asked and read. Its rows
 * become the same events, key included, as the same rows on the venue's own feed.
 */
export interface LiquidationHistory {
  /** The address of a request; `root` is what was configured, with or without a path. */
  address(root: string, query: HistoryQuery): string;
  /** Reads an answer. Throws VenueError (`UNREADABLE`) where it is no list of rows. */
  read(answer: unknown, context: HistoryContext): HistoryPage;
}

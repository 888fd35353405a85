import type { SimulatedVenueId } from '../simulated-venues.js';
import type { RecordedBookUpdate } from './recorded-book.js';

/** One frame of a recording. */
export interface RecordedFrame {
  readonly venue: SimulatedVenueId;
  /** When it was pushed, epoch ms; undefined where the recording does not tell. */
  readonly atMs: number | undefined;
  /** Payload or whole frame, to the byte. */
  readonly text: string;
  /**
   * `PAYLOAD` goes to the clients of `topics` in the envelope each asked for; `TOPIC` as it is to the clients of its
   * own topic; `LISTENERS` as it is to all that listen to liquidations of the venue; `NOBODY` gets what came by REST.
   */
  readonly audience: 'PAYLOAD' | 'TOPIC' | 'LISTENERS' | 'NOBODY';
  readonly topics?: readonly string[];
  /** What it says of a book, where it does. */
  readonly book?: RecordedBookUpdate;
}

/** A recording cannot be read. The message names the file and says what was wrong. */
export class RecordingError extends Error {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = 'RecordingError';
  }
}

/** How recordings become frames. */
export interface RecordingOptions {
  /** CSV recordings do not hold the push time E: it is set so long after the trade time T. */
  readonly pushDelayMs?: number;
  /** Adds the fields `ps` and `st`, which Binance sends since the merge of 2026-06-30 and older recordings lack. */
  readonly mergedFields?: boolean;
}

import { type Liquidation, type Refusal } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { isDataError } from '../../core/database-errors.js';
import { messageOf } from '../../core/error-facts.js';
import { type LiquidationRepository } from './liquidation.repository.js';
import { UnstorableLiquidationError } from './liquidation.table.js';
import { type RecordedStream } from './recorded-stream.js';

const DETAIL_CHARACTERS = 200;
const RAW_CHARACTERS = 4_096;

/** What has become of the events that were written. */
export interface WriteCounts {
  recorded: number;
  duplicates: number;
  quarantined: number;
}

/** Takes refused rows, without failing and without keeping anybody waiting. */
export interface RefusalSink {
  keep(refusals: readonly Refusal[]): void;
}

/** What a BatchWriter works with. */
export interface BatchWriterParts {
  readonly store: Pick<LiquidationRepository, 'record'>;
  readonly stream: RecordedStream;
  readonly quarantine: RefusalSink;
  readonly clock: Clock;
}

/** Events of one write that are not done yet, in pieces that are tried one by one. */
export type Pieces = (readonly Liquidation[])[];

/**
 * Writes batches and publishes what was new. A row that the database refuses for what it holds is found by halving the
 * batch until it is alone; it goes to quarantine and the rest is recorded.
 */
export class BatchWriter {
  readonly counts: WriteCounts = { recorded: 0, duplicates: 0, quarantined: 0 };

  constructor(private readonly parts: BatchWriterParts) {}

  /**
   * Writes the pieces in order and removes each that is done. Rejects, leaving the rest in `pieces`, with an error that
   * is about the server and not about the rows: then the same pieces are to be tried again.
   */
  async write(pieces: Pieces): Promise<void> {
    for (let piece = pieces[0]; piece !== undefined; piece = pieces[0]) {
      try {
        await this.#record(piece);
        pieces.shift();
      } catch (error) {
        if (!isAboutRows(error)) throw error;
        pieces.splice(0, 1, ...this.#split(piece, error));
      }
    }
  }

  async #record(piece: readonly Liquidation[]): Promise<void> {
    const { store, stream, clock } = this.parts;
    const rows = await store.record(piece, clock.nowMs());
    this.counts.recorded += rows.length;
    this.counts.duplicates += piece.length - rows.length;
    stream.publish(rows);
    // What was there already may be the commit of another process, which nobody has put on our bus.
    if (rows.length < piece.length) stream.doubt();
  }

  #split(piece: readonly Liquidation[], error: unknown): Pieces {
    const middle = Math.ceil(piece.length / 2);
    if (middle < piece.length) return [piece.slice(0, middle), piece.slice(middle)];
    this.counts.quarantined += piece.length;
    this.parts.quarantine.keep(piece.map((event) => refusalOf(event, error)));
    return [];
  }
}

function isAboutRows(error: unknown): boolean {
  return error instanceof UnstorableLiquidationError || isDataError(error);
}

function refusalOf({ venue, venueSymbol, receivedTimeMs, raw }: Liquidation, error: unknown): Refusal {
  return {
    type: 'refusal',
    venue,
    reason: 'MALFORMED',
    detail: `the database refuses it: ${messageOf(error)}`.slice(0, DETAIL_CHARACTERS),
    venueSymbol,
    receivedTimeMs,
    raw: raw.slice(0, RAW_CHARACTERS),
  };
}

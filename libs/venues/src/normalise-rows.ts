import {
  type InstrumentLookup,
  type Liquidation,
  type Refusal,
  type RefusalReason,
  type VenueId,
} from '@orderfox/domain';
import { jsonExcerpt } from './json-text.js';
import { NormalizeError } from './normalize-error.js';
import { type Normalised } from './venue-adapter.js';
import { isVenueSymbol, MAX_SYMBOL_LENGTH } from './venue-symbol.js';

/** Documented frames carry one row to some hundreds; a list beyond this is not one of theirs. */
const MAX_ROWS = 10_000;
const MAX_DETAIL_LENGTH = 200;
const MAX_REFUSED_RAW_LENGTH = 4_096;

/** What a normaliser needs beside the frame itself. */
export interface RowContext {
  readonly venue: VenueId;
  readonly instruments: InstrumentLookup;
  records(symbol: string): boolean;
  readonly receivedTimeMs: number;
}

/** What one row became: an event, with a mark if the row contradicts itself, or nothing because nobody records it. */
export type RowReading = Liquidation | { readonly contradictory: Liquidation } | undefined;

/** How the rows of one channel are read. */
export interface RowReader<Row> {
  /** Throws NormalizeError for a row that must be refused. */
  read(row: Row): RowReading;
  /** The symbol that the row names, unchecked; for refusals. */
  symbolOf(row: Row): unknown;
  /** The row as the venue sent it, for quarantine. */
  rawOf(row: Row): unknown;
}

/**
 * Reads every row of a frame: each ends as exactly one event, one refusal or one skipped row. Whatever goes wrong in
 * one row leaves the others alone, and nothing is thrown. A frame without rows, or with more than any documented one,
 * is refused whole.
 */
export function normaliseRows<Row>(
  rows: readonly Row[],
  frame: unknown,
  context: RowContext,
  reader: RowReader<Row>,
): Normalised {
  if (rows.length === 0) return refuseFrame('MALFORMED', 'no rows', frame, context);
  if (rows.length > MAX_ROWS)
    return refuseFrame('MALFORMED', `${rows.length} rows in one frame`, frame, context);
  const events: Liquidation[] = [];
  const refusals: Refusal[] = [];
  let skipped = 0;
  let contradictions = 0;
  for (const row of rows) {
    try {
      const reading = reader.read(row);
      if (reading === undefined) skipped += 1;
      else if ('contradictory' in reading) {
        contradictions += 1;
        events.push(reading.contradictory);
      } else events.push(reading);
    } catch (error) {
      refusals.push(
        refusal(reasonOf(error), detailOf(error), reader.rawOf(row), context, reader.symbolOf(row)),
      );
    }
  }
  if (skipped === 0 && contradictions === 0) return { events, refusals };
  return { events, refusals, ...(skipped > 0 && { skipped }), ...(contradictions > 0 && { contradictions }) };
}

/**
 * Reads the rows of a frame that has the one form which its venue writes; undefined where a row has to be refused or
 * contradicts itself: `normaliseRows` knows what to say of it.
 */
export function normalisePlainRows<Row>(
  rows: readonly Row[],
  read: (row: Row) => RowReading,
): Normalised | undefined {
  if (rows.length > MAX_ROWS) return undefined;
  const events: Liquidation[] = [];
  try {
    for (const row of rows) {
      const reading = read(row);
      if (reading !== undefined && 'contradictory' in reading) return undefined;
      if (reading !== undefined) events.push(reading);
    }
  } catch (error) {
    if (error instanceof NormalizeError) return undefined;
    throw error;
  }
  const skipped = rows.length - events.length;
  return skipped > 0 ? { events, refusals: [], skipped } : { events, refusals: [] };
}

/** A frame none of whose rows can be told apart, refused as one. */
export function refuseFrame(
  reason: RefusalReason,
  detail: string,
  frame: unknown,
  context: Pick<RowContext, 'venue' | 'receivedTimeMs'>,
): Normalised {
  return { events: [], refusals: [refusal(reason, detail, frame, context, undefined)] };
}

function refusal(
  reason: RefusalReason,
  detail: string,
  raw: unknown,
  context: Pick<RowContext, 'venue' | 'receivedTimeMs'>,
  symbol: unknown,
): Refusal {
  const known = typeof symbol === 'string' && symbol.length <= MAX_SYMBOL_LENGTH && isVenueSymbol(symbol);
  return {
    type: 'refusal',
    venue: context.venue,
    reason,
    detail: detail.slice(0, MAX_DETAIL_LENGTH).toWellFormed(),
    ...(known && { venueSymbol: symbol }),
    receivedTimeMs: context.receivedTimeMs,
    raw: jsonExcerpt(raw, MAX_REFUSED_RAW_LENGTH),
  };
}

function reasonOf(error: unknown): RefusalReason {
  return error instanceof NormalizeError ? error.reason : 'MALFORMED';
}

function detailOf(error: unknown): string {
  return error instanceof NormalizeError ? error.detail : `unexpected: ${String(error)}`;
}

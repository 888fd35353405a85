import { type RecordedLiquidation } from '@orderfox/domain';
import { type CursorCodec } from '../liquidation/liquidation-cursor.js';
import { type LiquidationRepository } from '../liquidation/liquidation.repository.js';
import { knownFields, placeOf, type StreamEnd, type StreamEntry } from './stream-entry.js';
import { type RecordPage, type TailSource } from './tail-source.js';

/** Rows of one page. */
const PAGE = 200;
/** Beyond every seq. */
const LAST_SEQ = Number.MAX_SAFE_INTEGER - 1;

/**
 * The liquidations of one symbol over all venues. The place of one is its `seq`: no clock decides the order, and whoever knows
 * an entry knows where to go on in the API.
 */
export class LiquidationSource implements TailSource {
  readonly kind = 'liquidations';

  constructor(
    readonly key: string,
    readonly name: string,
    private readonly repository: Pick<LiquidationRepository, 'readAfter' | 'seqBefore' | 'latest'>,
    private readonly cursors: CursorCodec,
  ) {}

  begin(entries: number): Promise<number> {
    return this.repository.seqBefore(this.name, entries);
  }

  async after(place: number): Promise<RecordPage> {
    const rows = await this.repository.readAfter({ symbols: [this.name] }, place, LAST_SEQ, PAGE);
    const entries = rows.map((row) => liquidationEntry(row, this.cursors.encode(row.seq)));
    return { entries, reached: rows.at(-1)?.seq ?? place, hasMore: rows.length === PAGE };
  }

  /** After the data directory was deleted, or an old copy taken back, the same numbers stand for other events. */
  async objection({ id, last }: StreamEnd): Promise<string | undefined> {
    const { storeId } = this.cursors;
    if (last?.fields.cursor !== undefined && storeOf(this.cursors, last.fields.cursor) !== storeId)
      return 'the stream is of another database';
    const place = placeOf(last?.id ?? id);
    // Read before it is asked what is kept: what is deleted in between is not missed.
    const [row] = await this.repository.readAfter({ symbols: [this.name] }, place - 1, place, 1);
    const { lastSeq, oldestSeq } = await this.repository.latest();
    // A copy that was taken back may have gone on beyond the end of the stream by now.
    const isOther = row === undefined ? place >= oldestSeq : row.eventKey !== last?.fields.event;
    return placeOf(id) > lastSeq || (last !== undefined && isOther)
      ? 'the stream holds what this database does not'
      : undefined;
  }
}

/** A liquidation as it is published; `side` is whose position was closed, as in the API. */
export function liquidationEntry(liquidation: RecordedLiquidation, cursor: string): StreamEntry {
  const { seq, venueTimeMs, receivedTimeMs, committedTimeMs } = liquidation;
  return {
    place: seq,
    fields: knownFields({
      symbol: liquidation.symbol,
      venue: liquidation.venue,
      side: liquidation.liquidatedSide.toLowerCase(),
      price: liquidation.price,
      quantity: liquidation.quantity,
      timestamp: String(venueTimeMs),
      notional_usd: liquidation.notionalUsd,
      price_used: liquidation.priceUsed,
      average_price: liquidation.averagePrice,
      venue_symbol: liquidation.venueSymbol,
      event: liquidation.eventKey,
      received: String(receivedTimeMs),
      committed: String(committedTimeMs),
      cursor,
    }),
  };
}

function storeOf(cursors: CursorCodec, cursor: string): string | undefined {
  try {
    return cursors.decode(cursor).storeId;
  } catch {
    return undefined;
  }
}

import { matches } from '../../backend/dist/modules/liquidation/liquidation-query.js';
import { STORE_ID, storeSeq } from '../fanout/event.mjs';

const KEPT_ROWS = 10_000;

/** The newest rows, given as LiquidationRepository would give them. */
export class StoreInMemory {
  #rows = [];
  #lastSeq = storeSeq(0);

  keep(row) {
    this.#lastSeq = row.seq;
    this.#rows[row.seq % KEPT_ROWS] = row;
  }

  async latest() {
    const oldestSeq = Math.max(storeSeq(1), this.#lastSeq - KEPT_ROWS + 1);
    return { lastSeq: this.#lastSeq, oldestSeq, storeId: STORE_ID };
  }

  async readAfter(query, afterSeq, upToSeq, limit) {
    const found = [];
    for (let seq = afterSeq + 1; seq <= upToSeq && found.length < limit; seq += 1) {
      const row = this.#rows[seq % KEPT_ROWS];
      if (row?.seq === seq && matches(row, query)) found.push(row);
    }
    return found;
  }

  async page() {
    return { rows: [], hasMore: false };
  }

  async symbols() {
    return [];
  }
}

/** What else the API asks of a database. */
export const NO_DATABASE = {
  reader: { query: async () => ({ rows: [] }), waitingCount: 0, refused: 0 },
};

/** An event of the benches as a row that was committed. */
export function recordedLiquidation({ id, cursor: _, timestamp, ...rest }, seq) {
  return {
    ...rest,
    type: 'liquidation',
    eventKey: id,
    venueSymbol: rest.symbol,
    baseAsset: rest.symbol.slice(0, -4),
    quoteAsset: 'USDT',
    averagePrice: rest.price,
    priceUsed: 'FILL',
    venueTimeMs: timestamp,
    receivedTimeMs: timestamp + 40,
    committedTimeMs: timestamp + 50,
    seq: storeSeq(seq),
    raw: '{}',
  };
}

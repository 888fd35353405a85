/** The product itself, with a store in memory: the comparison is about delivering, and no other server has a database. */
import { matches } from '../../backend/dist/modules/liquidation/liquidation-query.js';
import { roomFor, startApi } from '../support/api-under-test.mjs';
import { MARKETS, STORE_ID, storeSeq, symbolOf } from './event.mjs';
import { serve } from './served.mjs';

const KEPT_ROWS = 10_000;

/** The newest rows, as LiquidationRepository would give them. */
class StoreInMemory {
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

const store = new StoreInMemory();
let running;

serve({
  async start({ subscribers }) {
    running = await startApi({
      repository: store,
      database: { reader: { query: async () => ({ rows: [] }) } },
      gaps: { pages: async () => [] },
      symbols: Array.from({ length: MARKETS }, (_, at) => symbolOf(at)),
      settings: roomFor(subscribers),
    });
    return running.port;
  },
  publish(event, seq) {
    const { id, cursor: _, timestamp, ...rest } = event;
    const liquidation = {
      ...rest,
      type: 'liquidation',
      eventKey: id,
      venueSymbol: event.symbol,
      baseAsset: event.symbol.slice(0, -4),
      quoteAsset: 'USDT',
      averagePrice: event.price,
      priceUsed: 'FILL',
      venueTimeMs: timestamp,
      receivedTimeMs: timestamp + 40,
      committedTimeMs: timestamp + 50,
      seq: storeSeq(seq),
      raw: '{}',
    };
    store.keep(liquidation);
    running.bus.publish({ type: 'liquidation-recorded', liquidation });
  },
  stop: () => running.api.http.close(),
});

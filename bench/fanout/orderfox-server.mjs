/** The product itself, with a store in memory: the comparison is about delivering, and no other server has a database. */
import { roomFor, startApi } from '../support/api-under-test.mjs';
import { NO_DATABASE, StoreInMemory, recordedLiquidation } from '../support/store-in-memory.mjs';
import { MARKETS, symbolOf } from './event.mjs';
import { serve } from './served.mjs';

const store = new StoreInMemory();
let running;

serve({
  async start({ subscribers }) {
    running = await startApi({
      repository: store,
      database: NO_DATABASE,
      gaps: { pages: async () => [] },
      symbols: Array.from({ length: MARKETS }, (_, at) => symbolOf(at)),
      settings: roomFor(subscribers),
    });
    return running.port;
  },
  publish(event, seq) {
    const liquidation = recordedLiquidation(event, seq);
    store.keep(liquidation);
    running.bus.publish({ type: 'liquidation-recorded', liquidation });
  },
  stop: () => running.api.http.close(),
});

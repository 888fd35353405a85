/** The product under clients that come and go, and what it holds. */
import { eventOf, nowUs, symbolOf, MARKETS } from '../fanout/event.mjs';
import { roomFor, startApi } from '../support/api-under-test.mjs';
import { answerParent } from '../support/process-link.mjs';
import { NO_DATABASE, StoreInMemory, recordedLiquidation } from '../support/store-in-memory.mjs';

const store = new StoreInMemory();
let running;
let seq = 0;

answerParent({
  async start({ sockets }) {
    running = await startApi({
      repository: store,
      database: NO_DATABASE,
      gaps: { pages: async () => [] },
      symbols: Array.from({ length: MARKETS }, (_, at) => symbolOf(at)),
      settings: roomFor(sockets),
    });
    return running.port;
  },
  publish({ count }) {
    for (let n = 0; n < count; n += 1) {
      seq += 1;
      const liquidation = recordedLiquidation(eventOf(seq, nowUs()), seq);
      store.keep(liquidation);
      running.bus.publish({ type: 'liquidation-recorded', liquidation });
    }
  },
  holds,
  stop: () => running.api.http.close(),
});

/** Listeners, sockets, operations, what keeps the event loop busy by kind, and bytes after collection. */
async function holds() {
  for (let n = 0; n < 6; n += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const { heapUsed, external } = process.memoryUsage();
  const text = await running.metrics.text();
  const metric = (name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  const resources = Object.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
  return {
    busListeners: running.bus.listenerCount(),
    sockets: metric('orderfox_sockets'),
    operations: metric('orderfox_subscribers'),
    connections: await new Promise((resolve) =>
      running.api.http.nest.getHttpServer().getConnections((_error, count) => resolve(count)),
    ),
    resources: Object.fromEntries(Object.entries(resources).map(([kind, all]) => [kind, all.length])),
    accepted: metric('orderfox_sockets_accepted_total'),
    heap: heapUsed + external,
    outsideV8: external,
  };
}

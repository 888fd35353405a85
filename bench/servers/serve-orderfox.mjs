/** The product: its API from the build, on an embedded Postgres of its own with real rows in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDecimal } from '@orderfox/domain';
import { systemClock } from '@orderfox/feed';
import { DataDirectory } from '../../backend/dist/core/data-directory.js';
import { Database } from '../../backend/dist/core/database.js';
import { MIGRATIONS } from '../../backend/dist/migrations/index.js';
import { FeedGapRepository } from '../../backend/dist/modules/feeds/feed-gap.repository.js';
import { LiquidationRepository } from '../../backend/dist/modules/liquidation/liquidation.repository.js';
import { LiquidationTable } from '../../backend/dist/modules/liquidation/liquidation.table.js';
import { answerParent } from '../support/process-link.mjs';
import { startApi } from '../support/api-under-test.mjs';

const NO_LIMIT = '1000000000';
const SYMBOLS = Array.from({ length: 40 }, (_, at) => `C${at}USDT`);
let running;

answerParent({
  async start({ rows }) {
    const directory = await DataDirectory.claim(await mkdtemp(join(tmpdir(), 'orderfox-bench-')));
    const database = await Database.open({
      directory,
      migrations: MIGRATIONS,
      entities: [LiquidationTable],
      clock: systemClock,
      onNotice: () => undefined,
    });
    const repository = new LiquidationRepository(database);
    await repository.record(
      Array.from({ length: rows }, (_, n) => liquidation(n)),
      Date.now(),
    );
    const api = await startApi({
      database,
      repository,
      gaps: new FeedGapRepository(database),
      symbols: SYMBOLS,
      settings: { REQUESTS_PER_MINUTE: NO_LIMIT, REQUEST_BURST: NO_LIMIT, MAX_COST_PER_MINUTE: NO_LIMIT },
    });
    running = { ...api, database, directory };
    return api.port;
  },
  usage: () => process.cpuUsage(),
  async stop() {
    const { api, database, directory } = running;
    await api.http.close();
    await database.close();
    await directory.release();
    await rm(directory.path, { recursive: true, force: true });
  },
});

/** The n-th of a series of liquidations of some dozens of symbols, every one with another price and quantity. */
function liquidation(n) {
  const venueTimeMs = Date.UTC(2026, 10, 1) + n * 731;
  const symbol = SYMBOLS[(n * 17) % SYMBOLS.length];
  const long = n % 3 !== 0;
  // In hundredths, so that the product is exact.
  const [price, quantity] = [6_300_000 + n * 37, 100 + ((n * 7919) % 9_900)];
  return {
    type: 'liquidation',
    eventKey: `binance:${symbol}:${venueTimeMs}:${n}`,
    venue: 'binance',
    symbol,
    venueSymbol: symbol,
    baseAsset: symbol.slice(0, -4),
    quoteAsset: 'USDT',
    liquidatedSide: long ? 'LONG' : 'SHORT',
    side: long ? 'SELL' : 'BUY',
    quantity: hundredths(quantity),
    price: hundredths(price),
    averagePrice: hundredths(price),
    priceUsed: 'FILL',
    notionalUsd: parseDecimal((BigInt(price) * BigInt(quantity)).toString().replace(/(\d{4})$/, '.$1')),
    venueTimeMs,
    receivedTimeMs: venueTimeMs + 40,
    raw: '{}',
  };
}

function hundredths(n) {
  return parseDecimal((n / 100).toFixed(2));
}

/** The product with its database: rows go through the recorder, as those of the venues do. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@orderfox/feed';
import { DataDirectory } from '../../backend/dist/core/data-directory.js';
import { Database } from '../../backend/dist/core/database.js';
import { MIGRATIONS } from '../../backend/dist/migrations/index.js';
import { FeedGapRepository } from '../../backend/dist/modules/feeds/feed-gap.repository.js';
import { LiquidationRecorder } from '../../backend/dist/modules/liquidation/liquidation-recorder.js';
import { LiquidationRepository } from '../../backend/dist/modules/liquidation/liquidation.repository.js';
import { LiquidationSpool } from '../../backend/dist/modules/liquidation/liquidation-spool.js';
import { LiquidationTable } from '../../backend/dist/modules/liquidation/liquidation.table.js';
import { startApi } from './api-under-test.mjs';

/** Starts it on an embedded Postgres in a temporary directory, with all durability that it has. `stop` removes it. */
export async function startStoredApi({ symbols, settings, onBus }) {
  const directory = await DataDirectory.claim(await mkdtemp(join(tmpdir(), 'orderfox-bench-')));
  const database = await Database.open({
    directory,
    migrations: MIGRATIONS,
    entities: [LiquidationTable],
    clock: systemClock,
    onNotice: () => undefined,
  });
  const repository = new LiquidationRepository(database);
  const gaps = new FeedGapRepository(database);
  const running = await startApi({ database, repository, gaps, symbols, settings, onBus });
  const recorder = new LiquidationRecorder({
    store: repository,
    spool: new LiquidationSpool({ path: join(directory.path, 'spool'), onDamage: console.error }),
    bus: running.bus,
    quarantine: { keep: (refusal) => console.error('refused', refusal) },
    clock: systemClock,
    onDrop: (events) => console.error(`the recorder dropped ${events.length} events`),
  });
  await recorder.start();
  return {
    ...running,
    recorder,
    async stop() {
      await recorder.stop();
      await running.api.http.close();
      await database.close();
      await directory.release();
      await rm(directory.path, { recursive: true, force: true });
    },
  };
}

/**
 * For specs: a backend's store in a process of its own, to be killed. Opens the data directory given, records the
 * liquidations given by number (from, count) in steps, and tells its parent the postmaster, then the event key of
 * every row that it published.
 */
import { systemClock } from '@orderfox/feed';
import { join } from 'node:path';
import { DataDirectory } from '../core/data-directory.js';
import { Database } from '../core/database.js';
import { MarketBus } from '../core/market-bus.js';
import { MIGRATIONS } from '../migrations/index.js';
import { LiquidationRecorder } from '../modules/liquidation/liquidation-recorder.js';
import { LiquidationSpool } from '../modules/liquidation/liquidation-spool.js';
import { LiquidationRepository } from '../modules/liquidation/liquidation.repository.js';
import { liquidationsForTests } from './liquidations-for-tests.js';

const [path, from, count] = process.argv.slice(2);
const directory = await DataDirectory.claim(path);
const database = await Database.open({
  directory,
  migrations: MIGRATIONS,
  entities: [],
  clock: systemClock,
  onNotice: () => undefined,
});
const bus = new MarketBus((error) => {
  throw error;
});
bus.subscribe('liquidation-recorded', ({ liquidation }) => process.send({ published: liquidation.eventKey }));
const recorder = new LiquidationRecorder({
  store: new LiquidationRepository(database),
  spool: new LiquidationSpool({ path: join(path, 'spool'), onDamage: () => undefined }),
  bus,
  quarantine: { keep: () => undefined },
  clock: systemClock,
});
await recorder.start();
process.send({ postmaster: database.embedded.pid });
const events = liquidationsForTests(Number(count), Number(from));
for (let at = 0; at < events.length; at += 7) {
  recorder.offer(events.slice(at, at + 7));
  if (at % 70 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
process.send({ offered: events.length });

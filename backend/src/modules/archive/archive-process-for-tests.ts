import { argv, stdout } from 'node:process';
import { systemClock } from '@orderfox/feed';
import { Pool, type PoolConfig } from 'pg';
import { ARCHIVE_PARTS } from '../../core/config-archive.js';
import { createArchive } from './create-archive.js';

/** For specs: a process that archives and does nothing else, without an end, to be killed. Says when it begins to look. */
const [folder = '', address = '{}'] = argv.slice(2);
const pool = new Pool({ ...(JSON.parse(address) as PoolConfig), max: 1 });
const quiet = () => undefined;

for (;;) {
  // A new one each time begins as after a start: with what the last one left.
  const archiver = createArchive({
    config: {
      ARCHIVE: [...ARCHIVE_PARTS],
      ARCHIVE_DAYS: undefined,
      ARCHIVE_KEEP_FREE_MB: 0,
      SYMBOLS: ['BTCUSDT'],
      RETENTION_DAYS: 30,
      SIMULATED: false,
    },
    catalog: { find: (id) => ({ id }) },
    database: { reader: pool },
    directory: { path: folder },
    version: '1.2.3',
    clock: systemClock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  stdout.write('looking\n');
  await archiver?.look();
  await archiver?.stop();
}

import { join } from 'node:path';
import { projectRoot } from './build.mjs';

/**
 * Makes the files of a new, empty database in a directory, as the built backend makes them at its first start. Specs that need
 * a database copy them (`layEmptyDatabase` of libs/testing).
 */
export async function makeEmptyDatabase(directory) {
  const core = join(projectRoot, 'backend/dist/core');
  const { findPostgresBinaries } = await import(join(core, 'embedded-postgres-binaries.js'));
  const { PostgresCommand } = await import(join(core, 'embedded-postgres-command.js'));
  const { prepareCluster } = await import(join(core, 'embedded-postgres-cluster.js'));
  const binaries = await findPostgresBinaries();
  await prepareCluster(directory, binaries, await PostgresCommand.find(binaries));
}

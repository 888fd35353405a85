/** `npm run bench -- NAME`: runs one benchmark, which prints JSON on standard output. Without a name it lists them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build, projectRoot } from './build.mjs';

/** These compare with other servers, whose packages are apart from the main install. */
const WITH_PEERS = ['book', 'fanout', 'normalise', 'serve'];

const [name, ...rest] = process.argv.slice(2);
const folder = join(projectRoot, 'bench');
if (name === undefined || !existsSync(join(folder, `${name}.mjs`))) {
  const names = readdirSync(folder).filter((file) => file.endsWith('.mjs'));
  console.error(
    `npm run bench -- NAME, where NAME is one of: ${names.map((file) => file.slice(0, -4)).join(', ')}`,
  );
  process.exit(name === undefined ? 0 : 1);
}
build(['@orderfox/backend', '@orderfox/simulator', '@orderfox/client']);
if (WITH_PEERS.includes(name)) installPeers();
const { status } = spawnSync(process.execPath, [join(folder, `${name}.mjs`), ...rest], {
  cwd: projectRoot,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

/** Installs `bench/package.json` when that has not been done since its lock changed. */
function installPeers() {
  const [locked, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((file) =>
    statSync(join(folder, file), { throwIfNoEntry: false }),
  );
  if (installed !== undefined && installed.mtimeMs >= locked.mtimeMs) return;
  console.error('Installing what is compared with (npm ci --prefix bench).');
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const { status: ended } = spawnSync(command, [...first, 'ci', '--prefix', folder], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: npm === undefined,
  });
  if (ended !== 0) process.exit(ended ?? 1);
}

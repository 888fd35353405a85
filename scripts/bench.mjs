/** `npm run bench -- NAME`: runs one benchmark, which prints JSON on standard output. Without a name it lists them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, projectRoot } from './build.mjs';

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
const { status } = spawnSync(process.execPath, [join(folder, `${name}.mjs`), ...rest], {
  cwd: projectRoot,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

/** `npm run check`: format, lint, types, generated files, then every test: what CI runs. `--static` leaves the tests out. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, preflight, projectRoot } from './build.mjs';

preflight();
const steps = [
  ['format', 'npm', ['run', '--silent', 'format:check']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['types', 'npm', ['run', '--silent', 'typecheck']],
];
for (const [name, command, args] of steps) step(name, command, args);
build(['@orderfox/backend']);
step('generated files', process.execPath, [join(projectRoot, 'scripts/generate.mjs'), '--check']);
if (!process.argv.includes('--static')) step('tests', 'npm', ['test']);

function step(name, command, args) {
  console.log(`check: ${name}`);
  const { status } = spawnSync(command, args, { cwd: projectRoot, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`check: ${name} failed`);
    process.exit(1);
  }
}

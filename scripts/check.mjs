/** `npm run check`: format, lint, types, generated files, then every test: what CI runs. `--static` leaves the tests out. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, preflight, projectRoot } from './build.mjs';

preflight();
// Beside each other: none of them writes, and each keeps one processor busy for long.
const failed = [];
await Promise.all([
  look('lint', 'lint'),
  look('format', 'format:check').then(() => look('types', 'typecheck')),
]);
if (failed.length > 0) fail(failed.join(', '));
build(['@orderfox/backend']);
step('generated files', process.execPath, [join(projectRoot, 'scripts/generate.mjs'), '--check']);
if (!process.argv.includes('--static')) step('tests', 'npm', ['test']);

/** Runs a script that only looks, and prints what it said once it is done. */
async function look(name, script) {
  const child = spawn('npm', ['run', '--silent', script], { cwd: projectRoot });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const status = await new Promise((resolve) => child.on('close', resolve));
  console.log(`check: ${name}\n${said.trim()}`);
  if (status !== 0) failed.push(name);
}

function step(name, command, args) {
  console.log(`check: ${name}`);
  const { status } = spawnSync(command, args, { cwd: projectRoot, stdio: 'inherit' });
  if (status !== 0) fail(name);
}

function fail(name) {
  console.error(`check: ${name} failed`);
  process.exit(1);
}

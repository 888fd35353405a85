/**
 * `npm test`: builds, then runs every kind of test (unit, integration on a real Postgres, browser end to end) and ends with one
 * line that sums them all. Arguments are handed to jest, so `npm test -- libs/feed` runs only those.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, projectRoot } from './build.mjs';
import { makeEmptyDatabase } from './empty-database.mjs';

const selection = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'orderfox-test-'));
build(['@orderfox/backend', '@orderfox/frontend', '@orderfox/simulator']);
const emptyDatabase = join(reports, 'empty-database');
await makeEmptyDatabase(emptyDatabase);

const runs = selection.length > 0 ? [runJest('jest', ...selection)] : [];
if (selection.length === 0) {
  runs.push(runJest('together', '--selectProjects', 'together'));
  runs.push(runJest('alone', '--selectProjects', 'alone', '--runInBand'));
  const report = join(reports, 'client.json');
  runs.push(
    run(
      'client',
      process.execPath,
      [
        join(projectRoot, 'node_modules/@angular/cli/bin/ng.js'),
        'test',
        '--no-watch',
        '--reporters=default',
        '--reporters=json',
        `--output-file=${report}`,
      ],
      join(projectRoot, 'frontend'),
    ),
  );
}
rmSync(reports, { recursive: true, force: true });

const total = { passed: 0, failed: 0, skipped: 0 };
for (const { counts } of runs) for (const kind of Object.keys(total)) total[kind] += counts[kind];
for (const { name, skippedTitles } of runs)
  for (const title of skippedTitles) console.log(`skipped (${name}): ${title}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = runs.some(({ ok }) => !ok) || total.failed > 0 || total.passed === 0 ? 1 : 0;

function runJest(name, ...options) {
  return run(name, process.execPath, [
    '--experimental-vm-modules',
    '--no-warnings',
    join(projectRoot, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${join(reports, `${name}.json`)}`,
    ...options,
  ]);
}

/** Runs one runner; a runner that dies without a report counts as one failure, never as nothing. */
function run(name, command, args, cwd = projectRoot) {
  const { status } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      NG_CLI_ANALYTICS: 'false',
      ORDERFOX_EMPTY_DATABASE: emptyDatabase,
      PATH: `${join(projectRoot, 'node_modules/.bin')}:${process.env.PATH}`,
    },
  });
  const report = readReport(join(reports, `${name}.json`));
  if (report === undefined) {
    console.error(`${name} ended with ${status} and left no report`);
    return { name, ok: false, counts: { passed: 0, failed: 1, skipped: 0 }, skippedTitles: [] };
  }
  const skipped = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(
      (result) => result.status === 'pending' || result.status === 'skipped' || result.status === 'todo',
    ),
  );
  const brokenFiles = report.testResults.filter(
    ({ status: state, assertionResults }) => state === 'failed' && assertionResults.length === 0,
  );
  return {
    name,
    ok: status === 0,
    counts: {
      passed: report.numPassedTests,
      failed: report.numFailedTests + brokenFiles.length,
      skipped: skipped.length,
    },
    skippedTitles: skipped.map(({ fullName }) => fullName),
  };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

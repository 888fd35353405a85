/** `npm run archive -- DAY [DAY]`: writes the Parquet files of given days at once, while the backend is stopped. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, readArguments } from './arguments.mjs';
import { build, projectRoot } from './build.mjs';
import './end-with-npm.mjs';

const usage = `npm run archive -- DAY [DAY]

Writes the Parquet files of a UTC day, or of all days from the first to the second, as they are in the database, under
DATA_DIR/parquet. The backend has to be stopped: while it runs it does the same by itself, every hour.
  DAY     such as 20261122; of market data only days that the database keeps (RETENTION_DAYS)
  --help  this text

Settings come from the environment, as for npm start.`;

const { values, positionals } = readArguments({ help: { type: 'boolean', short: 'h', default: false } });
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const [first, last = first, ...others] = positionals;
if (first === undefined || others.length > 0) fail('Name one day or two, such as 20261120 20261122.');
const [fromMs, toMs] = [first, last].map(dayMs);
if (fromMs > toMs) fail('The first day must not be after the second.');

build(['@orderfox/backend']);
const { archiveDays } = await import('../backend/dist/archive-days.js');
const { version } = JSON.parse(readFileSync(join(projectRoot, 'backend/package.json'), 'utf8'));
const note = (fields, message) =>
  console.error(fields.path === undefined ? message : `${message}: ${fields.path}`);
const log = { debug: () => undefined, info: note, warn: note, error: note };
try {
  const { counts, trouble } = await archiveDays(process.env, version, { fromMs, toMs, log });
  console.log(`${counts.files} files with ${counts.rows} rows and ${counts.bytes} bytes were written.`);
  if (trouble !== undefined) fail(trouble);
} catch (error) {
  fail(error.message);
}

function dayMs(text) {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  const ms = match === null ? NaN : Date.parse(`${match[1]}-${match[2]}-${match[3]}T00:00:00Z`);
  if (Number.isNaN(ms)) fail(`${text} is no day such as 20261122.`);
  return ms;
}

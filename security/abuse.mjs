/**
 * `npm run abuse`: starts the built backend on this machine and tries to hurt it, over HTTP and again over WebSocket,
 * while a healthy client listens and asks. Prints what was refused and how; ends with 1 where anything was not refused
 * as wanted, told more than it may, held up or bloated the server, or disturbed the healthy client.
 */
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.mjs';

const usage = `npm run abuse -- [options]

Tries what a hostile client would, against servers that it starts and ends itself, and prints a table.
  --json            the report as JSON
  --only TEXT       only the attempts whose name, or whose group's title, contains this text
  --set NAME=VALUE  a setting for every server, to see what it changes; may be given more than once
  --built           take what is built as it is
  --help            this text`;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    set: { type: 'string', multiple: true, default: [] },
    built: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (options.help) {
  console.log(usage);
  process.exit(0);
}
if (!options.built) build(['@orderfox/backend', '@orderfox/simulator']);

const { GROUPS } = await import('./abuse/cases/index.mjs');
const { run } = await import('./abuse/run.mjs');
const { markdown } = await import('./abuse/table.mjs');

const wanted = options.only.toLowerCase();
const groups = GROUPS.map(({ title, attempts }) => ({
  title,
  attempts: attempts.filter(({ name }) => `${title} ${name}`.toLowerCase().includes(wanted)),
})).filter(({ attempts }) => attempts.length > 0);
if (groups.length === 0) {
  console.error(`No attempt is called ${JSON.stringify(options.only)}.`);
  process.exit(1);
}

const settings = Object.fromEntries(
  options.set.map((text) => {
    const [name, ...value] = text.split('=');
    return [name, value.join('=')];
  }),
);

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
}
try {
  const report = await run(groups, interrupted.signal, settings);
  console.log(options.json ? JSON.stringify(report, null, 2) : markdown(report));
  process.exitCode = report.problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

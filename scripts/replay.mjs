/** `npm run replay -- FILES`: plays recordings through simulated venues, for any backend that is pointed at them. */
import { count, fail, readArguments, requireFiles } from './arguments.mjs';
import { build } from './build.mjs';

const usage = `npm run replay -- FILES [options]

Starts simulated Binance, OKX and Bybit servers on this machine, prints the settings that point OrderFox at them, and
plays the recordings once something has subscribed to liquidations.
  FILES             .csv Binance forced orders, .jsonl single frames, .jsonl.gz cryptofeed captures (format 2);
                    several are merged by time
  --speed N         1 is real time, 10 ten times faster, 0 as fast as the readers take it (default 1)
  --max-gap S       cut longer silences of the recording to S seconds (default 60)
  --merged-fields   add the fields ps and st, which Binance sends since June 2026
  --port-base P     ports P, P+1 and P+2 instead of free ones
  --seed N          seed of the prices and of the faults (default 1)
  --exit            end after the last frame instead of staying up
  --help            this text

While it runs, POST commands such as {"do":"drop","how":"ABRUPT"} to /_control of any of the servers; GET tells the state.`;

const { values, positionals: files } = readArguments({
  speed: { type: 'string', default: '1' },
  'max-gap': { type: 'string', default: '60' },
  'merged-fields': { type: 'boolean', default: false },
  'port-base': { type: 'string' },
  seed: { type: 'string', default: '1' },
  exit: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (files.length === 0) fail('Name at least one recording.');
requireFiles(files);

build(['@orderfox/simulator']);
const { startSimulation } = await import('../libs/simulator/dist/index.js');
const portBase = values['port-base'] === undefined ? undefined : count('port-base', values['port-base']);
const simulation = await startSimulation({
  seed: count('seed', values.seed),
  ...(portBase !== undefined && { ports: { binance: portBase, okx: portBase + 1, bybit: portBase + 2 } }),
  replay: {
    files,
    speed: count('speed', values.speed),
    maxGapMs: count('max-gap', values['max-gap']) * 1000,
    mergedFields: values['merged-fields'],
  },
}).catch((error) => fail(error.message));

// The last two keep what is played out of a store of real liquidations.
const settings = { ...simulation.environment, SIMULATED: 'true', DATA_DIR: './data/replay' };
for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
console.log(`# ${simulation.player.progress.totalFrames} frames; waiting for a liquidation subscription`);
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
const ticker = setInterval(report, 2000);

const summary = await simulation.replayed.catch((error) => fail(error.message));
clearInterval(ticker);
if (summary.state === 'DONE') {
  // What the readers have really taken, not merely what was written.
  await simulation.confirm();
  const confirmed = simulation.ledger.delivered('CONFIRMED');
  console.log(
    `# done: ${summary.frames} frames, ${summary.events} liquidations (${summary.distinctEvents} distinct), ` +
      `${confirmed.length} confirmed by a reader (${simulation.ledger.distinct(confirmed).length} distinct), ` +
      `${summary.unheard} frames unheard`,
  );
  if (values.exit) await stop();
  else console.log('# the servers stay up; Ctrl-C ends them');
}

function report() {
  const { state, frames, totalFrames, events } = simulation.player.progress;
  if (state === 'PLAYING') console.log(`# ${frames} of ${totalFrames} frames, ${events} liquidations`);
}

async function stop() {
  clearInterval(ticker);
  await simulation.stop();
}

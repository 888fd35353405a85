/** `npm run demo`: the same as `npm start`, with the local simulator in place of the venues. */
import { join } from 'node:path';
import { count, fail, readArguments, requireFiles } from './arguments.mjs';
import { build } from './build.mjs';
import './end-with-npm.mjs';

const usage = `npm run demo -- [recordings...] [--seed N] [--intensity X] [--speed X]

Starts OrderFox on simulated venues. Everything it shows is marked SIMULATED and kept apart in data/demo.
  recordings     files to play instead of the made-up market
  --seed N       the same seed gives the same market (default 1)
  --intensity X  how busy the made-up market is (default 1; with recordings 0: only they are heard)
  --history X    hours of liquidations before the start that a simulated service knows of (default: there is none)
  --speed X      how fast recordings are played, 1 is as recorded (default 1)`;

const { values: options, positionals: recordings } = readArguments({
  seed: { type: 'string', default: '1' },
  intensity: { type: 'string' },
  history: { type: 'string' },
  speed: { type: 'string', default: '1' },
  help: { type: 'boolean', short: 'h', default: false },
});
if (options.help) {
  console.log(usage);
  process.exit(0);
}
requireFiles(recordings);

build(['@orderfox/backend', '@orderfox/frontend', '@orderfox/simulator']);
const { startSimulation } = await import('../libs/simulator/dist/index.js');
const simulation = await startSimulation({
  seed: count('seed', options.seed),
  ...(options.history !== undefined && { history: { hours: count('history', options.history) } }),
  ...(options.intensity !== undefined && { intensity: count('intensity', options.intensity) }),
  ...(recordings.length > 0 && { replay: { files: recordings, speed: count('speed', options.speed) } }),
}).catch((error) => fail(error.message));
// Never into a database that holds, or will hold, real liquidations.
delete process.env.DATABASE_URL;
process.env.DATA_DIR = join(process.env.DATA_DIR || './data', 'demo');
Object.assign(process.env, simulation.environment, { SIMULATED: 'true' });
// Otherwise graphql-js and others check in every call what only developers get wrong.
process.env.NODE_ENV ??= 'production';
await import('../backend/dist/main.js');

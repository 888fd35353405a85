/** `npm run demo`: the same as `npm start`, with the local simulator in place of the venues. */
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import './end-with-npm.mjs';

const { values: options, positionals: recordings } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    intensity: { type: 'string', default: '1' },
    speed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (options.help) {
  console.log(`npm run demo -- [recordings...] [--seed N] [--intensity X] [--speed X]

Starts OrderFox on simulated venues. Everything it shows is marked SIMULATED and kept apart in data/demo.
  recordings     files to play instead of the made-up market
  --seed N       the same seed gives the same market (default 1)
  --intensity X  how busy the made-up market is (default 1)
  --speed X      how fast recordings are played, 1 is as recorded (default 1)`);
  process.exit(0);
}

build(['@orderfox/backend', '@orderfox/frontend', '@orderfox/simulator']);
const { startSimulation } = await import('../libs/simulator/dist/index.js');
const simulation = await startSimulation({
  seed: Number(options.seed),
  intensity: Number(options.intensity),
  ...(recordings.length > 0 && { replay: { files: recordings, speed: Number(options.speed) } }),
});
for (const [venue, { ws, rest }] of Object.entries(simulation.urls)) {
  process.env[`${venue.toUpperCase()}_WS_BASE_URL`] = ws;
  process.env[`${venue.toUpperCase()}_REST_BASE_URL`] = rest;
}
process.env.SIMULATED = 'true';
process.env.DATA_DIR ??= './data/demo';
await import('../backend/dist/main.js');

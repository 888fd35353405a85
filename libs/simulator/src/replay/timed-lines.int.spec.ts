import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startSimulation, type Simulation } from '../simulation.js';
import { RawClient } from '../testing/raw-client.js';
import type { ReplayOptions } from './replay-player.js';

const TOPIC = 'btcusdt@depth@100ms';
const change = (u: number, pu: number, b: unknown[], a: unknown[] = []) => ({
  e: 'depthUpdate', E: 1_000 + u, T: 1_000 + u, s: 'BTCUSDT', U: pu + 1, u, pu, b, a,
}); // prettier-ignore
const line = (atMs: number, said: unknown) => `${1_723_161_255_000 + atMs}000000 ${JSON.stringify(said)}`;
const depth = (atMs: number, data: unknown) => line(atMs, { stream: 'btcusdt@depth@0ms', data });
const CHANGES = [
  change(10, 5, [['99.9', '9']]),
  change(20, 10, [['100.0', '1']], [['101.0', '0.000']]),
  change(30, 20, [['100.0', '2']]),
  change(40, 30, [['99.8', '4']]),
];
const WHOLE = { lastUpdateId: 15, E: 1, T: 2, bids: [['99.9', '9']], asks: [['101.0', '3'], ['102.0', '1']] }; // prettier-ignore
const [FIRST, SECOND, THIRD, FOURTH] = CHANGES;
const LINES = [
  depth(0, FIRST),
  line(1, { stream: 'btcusdt@trade', data: { e: 'trade' } }),
  line(2, WHOLE),
  depth(100, SECOND),
  depth(200, THIRD),
  depth(300, FOURTH),
];

let folder: string;
let simulation: Simulation | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderfox-timed-'));
});
afterEach(async () => {
  await simulation?.stop();
  simulation = undefined;
  await rm(folder, { recursive: true });
});

async function play(lines: readonly string[], options: Partial<ReplayOptions> = {}): Promise<Simulation> {
  const path = join(folder, 'book.gz');
  await writeFile(path, gzipSync(lines.join('\n')));
  const replay = { files: [path], speed: 0, thenSilence: true, ...options };
  simulation = await startSimulation({ market: false, replay });
  return simulation;
}

const listen = ({ urls }: Simulation) => RawClient.open(`${urls.binance.ws}/public/stream?streams=${TOPIC}`);
const ask = async ({ urls }: Simulation) =>
  (await fetch(`${urls.binance.rest}/fapi/v1/depth?symbol=BTCUSDT&limit=1000`)).json();
const told = ({ frames }: RawClient) =>
  frames.map((frame) => (JSON.parse(frame) as { data: { u: number } }).data.u);

test('plays a recorded book under the topic of today, every text kept, and gives the whole of it as far as it was played', async () => {
  const playing = await play(LINES);
  expect(await ask(playing)).toMatchObject({ lastUpdateId: 15, bids: [['99.9', '9']] });
  const client = await listen(playing);
  expect(await playing.replayed).toMatchObject({ state: 'DONE', frames: 6, totalFrames: 6, unheard: 0 });
  await client.settled();
  expect(client.frames).toEqual(CHANGES.map((data) => JSON.stringify({ stream: TOPIC, data })));
  expect(await ask(playing)).toMatchObject({
    lastUpdateId: 40,
    T: 1_040,
    bids: [
      ['100.0', '2'],
      ['99.9', '9'],
      ['99.8', '4'],
    ],
    asks: [['102.0', '1']],
  });
});

test('does not play to who listens to something else, and keeps back what a fault takes', async () => {
  const playing = await play(LINES);
  const other = await RawClient.open(`${playing.urls.binance.ws}/market/stream?streams=!forceOrder@arr`);
  expect(playing.player?.progress).toMatchObject({ state: 'WAITING', frames: 0 });
  expect(playing.faults('binance').lose('BTCUSDT', 'BOOK')).toBe(true);
  expect(playing.faults('binance').lose('ETHUSDT', 'BOOK')).toBe(false);
  const client = await listen(playing);
  await playing.replayed;
  await client.settled();
  expect(told(client)).toEqual([20, 30, 40]);
  expect(other.frames).toEqual([]);
  expect(await ask(playing)).toMatchObject({ lastUpdateId: 40 });
});

test('gives the market back to the simulator unless told otherwise', async () => {
  const playing = await play(LINES, { thenSilence: false });
  await listen(playing);
  await playing.replayed;
  const { lastUpdateId } = (await ask(playing)) as { readonly lastUpdateId: number };
  expect(lastUpdateId).toBeGreaterThan(1_000_000);
});

test.each([
  ['no time', ['{"stream":"a","data":{}}']],
  ['a whole book of nobody', [line(0, WHOLE)]],
  ['a book that is none', [depth(0, { e: 'depthUpdate', s: 'BTCUSDT', u: 1, T: 1, b: [1], a: [] })]],
])('refuses %s, naming the file', async (_what, lines) => {
  await expect(play(lines)).rejects.toThrow(/book\.gz/u);
});

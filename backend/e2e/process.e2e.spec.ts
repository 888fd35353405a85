import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { layEmptyDatabase, waitFor } from '@orderfox/testing';

const MAIN = join(import.meta.dirname, '../dist/main.js');
const NOWHERE = {
  VENUES: 'okx',
  OKX_WS_BASE_URL: 'ws://127.0.0.1:9',
  OKX_REST_BASE_URL: 'http://127.0.0.1:9',
};

let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderfox-process-'));
  layEmptyDatabase(join(folder, 'data'));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  // A database whose backend was killed ends by itself, within moments, and writes until then.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** The built program as a user starts it, with these settings and nothing else of the environment. */
function run(settings: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      BACKEND_PORT: '0',
      DATA_DIR: join(folder, 'data'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { out: '', error: '' };
  child.stdout.on('data', (data: Buffer) => (output.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output.error += data.toString()));
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const ready = () =>
    waitFor(() => /OrderFox is ready: (http:\S+)(.*)/.exec(output.out), {
      withinMs: 30_000,
      describe: () => `the program to be ready: ${output.out} ${output.error}`,
    });
  return { child, output, exited, ready };
}

describe('the process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('ends in order at %s, with exit code 0', async (signal) => {
    const { child, exited, ready, output } = run({ ...NOWHERE, SIMULATED: 'true' });
    const [, url, mark] = await ready();
    expect((await fetch(`${url ?? ''}/health/live`)).status).toBe(200);
    expect(mark).toBe(' (SIMULATED)');
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
    expect(output.error).toBe('');
  });

  test('ends at once when it is asked twice', async () => {
    const { child, exited, ready } = run(NOWHERE);
    await ready();
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
  });

  test('writes one JSON object per line, but for the line that says where it is', async () => {
    // At the very first start there is most to say.
    const { child, exited, ready, output } = run({ ...NOWHERE, DATA_DIR: join(folder, 'first') });
    await ready();
    child.kill('SIGTERM');
    await exited;
    const lines = output.out.trim().split('\n');
    const other = lines.filter((line) => !line.startsWith('{'));
    expect(other).toHaveLength(1);
    for (const line of lines.filter((text) => text.startsWith('{'))) {
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(String) as unknown,
        time: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
        msg: expect.any(String) as unknown,
      });
    }
  });

  test('names every wrong setting and ends with exit code 1, before it touches anything', async () => {
    const { exited, output } = run({ BACKEND_PORT: 'eighty', VENUES: 'mtgox', OKX_WS_BASE_URL: 'http://x' });
    expect(await exited).toEqual([1, null]);
    expect(output.error).toMatch(/BACKEND_PORT[^]*OKX_WS_BASE_URL[^]*mtgox/);
    expect(output.error).not.toMatch(/\bat .*\.js:/);
  });

  test('says in a sentence that another one has its data, or its port', async () => {
    const first = run(NOWHERE);
    const [, url] = await first.ready();
    const same = run(NOWHERE);
    expect(await same.exited).toEqual([1, null]);
    expect(same.output.error).toMatch(
      /^OrderFox cannot start\. The data directory .* is in use by process \d+/,
    );
    const port = new URL(url ?? '').port;
    const taken = run({ ...NOWHERE, DATA_DIR: join(folder, 'other'), BACKEND_PORT: port });
    expect(await taken.exited).toEqual([1, null]);
    expect(taken.output.error).toBe(
      'OrderFox cannot start. Another program uses the port: set BACKEND_PORT to another one.\n',
    );
  });
});

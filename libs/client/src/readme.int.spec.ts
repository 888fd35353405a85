import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { InstalledPackage } from './testing/installed-package.js';
import { LoopbackApi } from './testing/loopback-api.js';
import { until } from './testing/patience.js';

const repository = join(import.meta.dirname, '../../..');
const EXAMPLE = 'examples/watch-liquidations.mjs';
const SERVER = 'http://127.0.0.1:8000';
const TYPE_CHECK = [
  '--module',
  'preserve',
  '--moduleResolution',
  'bundler',
  '--target',
  'es2024',
  '--noEmit',
];

let installed: InstalledPackage;
let api: LoopbackApi;

beforeAll(async () => {
  installed = await InstalledPackage.create(process.execPath, [
    'graphql',
    '@graphql-codegen/cli',
    '@graphql-codegen/client-preset',
    '@graphql-typed-document-node/core',
  ]);
}, 120_000);

afterAll(() => installed.remove());

beforeEach(async () => {
  api = new LoopbackApi();
  await api.start();
});

afterEach(() => api.stop());

/** The blocks of code of a page in one language. */
async function blocks(page: string, language: string): Promise<string[]> {
  const text = await readFile(join(repository, page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  );
}

/** Runs the example until it has printed `lines` lines, then interrupts it as a user does. */
async function watch(lines: number, ...parameters: string[]) {
  const program = installed.start('watch-liquidations.mjs', ...parameters);
  const told = { out: '', error: '' };
  program.stdout?.on('data', (data: Buffer) => (told.out += data.toString()));
  program.stderr?.on('data', (data: Buffer) => (told.error += data.toString()));
  const exited = once(program, 'exit');
  try {
    await until(() => told.out.split('\n').length > lines);
  } finally {
    program.kill('SIGINT');
  }
  const [exitCode] = (await exited) as [number | null];
  return { exitCode, out: told.out.trim().split('\n'), error: told.error };
}

describe('the README of the project (S021)', () => {
  test('shows the example program as it is', async () => {
    const example = await readFile(join(repository, EXAMPLE), 'utf8');
    expect(await blocks('README.md', 'js')).toContain(example);
  });

  test('shows a program that runs with nothing but the client and goes on where it stopped', async () => {
    await installed.write('watch-liquidations.mjs', await readFile(join(repository, EXAMPLE), 'utf8'));
    const server = new URL(api.url).origin;
    api.notionalUsd = '10000';
    api.commit('BTCUSDT');
    api.notionalUsd = '9999.99';
    api.commit('BTCUSDT');
    api.notionalUsd = '25000.5';
    api.commit('ETHUSDT');

    const first = await watch(2, server, '0');
    expect(first).toMatchObject({
      exitCode: 0,
      out: ['22:13:20 binance BTCUSDT LONG 10000', '22:13:20 binance ETHUSDT LONG 25000.5'],
    });
    const goOn = /to go on: node watch-liquidations.mjs (\S+) (\S+)/.exec(first.error) ?? [];
    expect(goOn.slice(1)).toEqual([server, '3']);

    api.commit('SOLUSDT');
    const second = await watch(1, ...goOn.slice(1));
    expect(second).toMatchObject({ exitCode: 0, out: ['22:13:20 binance SOLUSDT LONG 25000.5'] });
    await until(() => api.sockets.size === 0);
  });
});

describe('the README of the library', () => {
  test('shows programs that type-check', async () => {
    const programs = (await blocks('libs/client/README.md', 'ts')).filter((code) => !code.startsWith('//'));
    expect(programs).toHaveLength(2);
    for (const [at, code] of programs.entries()) await installed.write(`program-${at}.ts`, code);
    await installed.compile(...TYPE_CHECK, 'program-0.ts', 'program-1.ts');
  }, 120_000);

  test('shows how to generate types for operations of your own, and they work', async () => {
    const files = (await blocks('libs/client/README.md', 'ts')).filter((code) => code.startsWith('//'));
    const server = new URL(api.url).origin;
    for (const code of files) {
      const [, name = ''] = /^\/\/ ([\w./]+)/.exec(code) ?? [];
      await installed.write(name, code.replaceAll(SERVER, server));
    }
    api.publishedSchema = await readFile(join(repository, 'backend/schema.graphql'), 'utf8');
    await installed.run('node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.ts');
    await installed.compile(...TYPE_CHECK, 'src/largest.ts');

    await build({
      entryPoints: [join(installed.folder, 'src/largest.ts')],
      outfile: join(installed.folder, 'largest.js'),
      bundle: true,
      format: 'esm',
      platform: 'node',
    });
    api.notionalUsd = '250000';
    api.commit('BTCUSDT', 'ETHUSDT');
    const { stdout } = await installed.run('largest.js');
    expect(stdout).toBe('binance 250000\n');
  }, 120_000);
});

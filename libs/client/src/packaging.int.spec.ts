import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { InstalledPackage } from './testing/installed-package.js';
import { LoopbackApi } from './testing/loopback-api.js';

const repository = join(import.meta.dirname, '../../..');
const MOST_GZIP_BYTES = 15_000;

const PROGRAM = `
import { type TypedDocumentNode } from '@graphql-typed-document-node/core';
import { ApiError, OrderFoxClient, SymbolsDocument, SystemDocument, type Liquidation } from '@orderfox/client';

const client = new OrderFoxClient({ url: process.argv[2] ?? '' });

const { system } = await client.query(SystemDocument);
const version: string = system.version;
const { system: { now } } = await client.query<{ system: { now: number } }>('{ system { now } }');

let received: Liquidation | undefined;
for await (const liquidation of client.liquidations({ filter: { symbols: ['BTCUSDT'] }, after: '0' })) {
  received = liquidation;
  break;
}

const text = 'subscription ($after: Cursor) { liquidationAdded(after: $after) { cursor } }';
type Added = { liquidationAdded: { cursor: string } };
let cursor = '';
const leave = new AbortController();
try {
  const cursorOf = (added: Added) => added.liquidationAdded.cursor;
  for await (const added of client.events<Added>(text, { after: '1' }, { cursorOf, signal: leave.signal })) {
    cursor = added.liquidationAdded.cursor;
    leave.abort();
  }
} catch (error) {
  if (error instanceof ApiError) throw error;
}
console.log(JSON.stringify({ version, now, id: received?.id, cursor }));
await client.close();

export async function wrong(tree: TypedDocumentNode<{ a: number }, { b: string }>): Promise<void> {
  const answer: { a: number } = await client.query(tree, { b: '' });
  console.log(answer);
  // @ts-expect-error a variable of the wrong type
  await client.query(SymbolsDocument, { search: 7 });
  // @ts-expect-error a variable that is missing
  await client.query(tree);
  // @ts-expect-error a result of another type
  const other: { c: number } = await client.query(tree, { b: '' });
  // @ts-expect-error a document that cannot go on after a cursor
  client.events(tree, { b: '' }, { cursorOf: () => '' });
  console.log(other);
}
`;

let installed: InstalledPackage;

beforeAll(async () => {
  installed = await InstalledPackage.create(process.execPath, [
    '@graphql-typed-document-node/core',
    '@types/node',
    'undici-types',
  ]);
  await installed.write('program.ts', PROGRAM);
}, 120_000);

afterAll(() => installed.remove());

describe('the packed library', () => {
  test('holds what is used and its sources for debuggers, and neither tests nor tools', () => {
    const unwanted = installed.files.filter((path) => /spec|testing|tsbuildinfo|codegen|tsconfig/.test(path));
    expect(unwanted).toEqual([]);
    expect(installed.files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
        'dist/index.js',
        'dist/index.d.ts',
        'src/index.ts',
      ]),
    );
    const maps = installed.files.filter((path) => path.endsWith('.js.map'));
    const sources = maps.map((path) => path.replace(/^dist/, 'src').replace('.js.map', '.ts'));
    expect(installed.files).toEqual(expect.arrayContaining(sources));
  });

  test('needs no package of this repository', async () => {
    const manifest = JSON.parse(
      await readFile(join(installed.folder, 'node_modules/@orderfox/client/package.json'), 'utf8'),
    ) as Record<string, object | undefined>;
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(['graphql-ws']);
    expect(manifest).toMatchObject({ license: 'MIT', sideEffects: false });
    expect(manifest).not.toHaveProperty('private');
  });

  test('carries the licence of the project', async () => {
    const own = await readFile(join(installed.folder, 'node_modules/@orderfox/client/LICENSE'), 'utf8');
    const ours = await readFile(join(repository, 'LICENSE'), 'utf8');
    expect(own).toBe(ours);
  });

  test('type-checks in a strict program of Node, declarations included, and runs there', async () => {
    await installed.compile(
      ...['--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024', '--types', 'node', 'program.ts'],
    );
    const api = new LoopbackApi();
    await api.start();
    api.commit('BTCUSDT', 'ETHUSDT');
    try {
      const { stdout, stderr } = await installed.run('program.js', api.url);
      expect(JSON.parse(stdout)).toEqual({ version: '1', now: 2, id: 'event-1', cursor: '2' });
      expect(stderr).toBe('');
      expect(api.activeStreams).toBe(0);
    } finally {
      await api.stop();
    }
  }, 120_000);

  test('type-checks in a strict program that is bundled for browsers', async () => {
    await installed.write('page.ts', PROGRAM.replace('process.argv[2]', 'location.origin'));
    await installed.compile(
      ...['--module', 'preserve', '--moduleResolution', 'bundler', '--target', 'es2024', '--noEmit'],
      ...['--lib', 'es2024,dom,dom.iterable', 'page.ts'],
    );
  }, 120_000);

  test(`takes less than ${MOST_GZIP_BYTES} bytes of a page, all of it and compressed`, async () => {
    const { outputFiles } = await build({
      stdin: { contents: `export * from '@orderfox/client';`, resolveDir: installed.folder },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2024',
      write: false,
    });
    const [bundle] = outputFiles;
    const bytes = gzipSync(bundle?.contents ?? '', { level: 9 }).length;
    process.stdout.write(`@orderfox/client with graphql-ws: ${bytes} bytes compressed\n`);
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(MOST_GZIP_BYTES);
  });
});

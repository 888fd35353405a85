import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ArchiveFolder } from './archive-folder.js';

const TODAY = Date.UTC(2026, 10, 22);
const NOON = TODAY + 12 * 3_600_000;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function make(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), '');
  }
}

const left = async (folder: string) => (await readdir(join(root, folder))).sort();

test('files of more days ago than are kept are removed, and nothing else', async () => {
  await make(
    'liquidations/X/20261119.parquet',
    'liquidations/X/20261120.parquet',
    'liquidations/X/20261122.parquet',
    'liquidations/X/20261101.parquet.aside-1',
    'binance/X/book/20261101.parquet',
  );
  expect(await new ArchiveFolder(root).removeOlder(2, NOON)).toBe(2);
  expect(await left('liquidations/X')).toEqual([
    '20261101.parquet.aside-1',
    '20261120.parquet',
    '20261122.parquet',
  ]);
  expect(await left('binance/X/book')).toEqual([]);
});

test('a clock that is years ahead removes nothing that would be kept, whatever gaps it has made', async () => {
  await make(
    'liquidations/X/20261119.parquet',
    'liquidations/X/20261120.parquet',
    'liquidations/X/20261122.parquet',
    'feed_gaps/20281122.parquet',
    'binance/X/trade_gaps/20281122.parquet',
  );
  expect(await new ArchiveFolder(root).removeOlder(2, Date.UTC(2028, 10, 22))).toBe(1);
  expect(await left('liquidations/X')).toEqual(['20261120.parquet', '20261122.parquet']);
});

test('a clock that is behind, or a folder without a file, removes nothing', async () => {
  const folder = new ArchiveFolder(root);
  expect(await folder.removeOlder(2, NOON)).toBe(0);
  await make('liquidations/X/20261119.parquet', 'feed_gaps/20200101.parquet');
  expect(await folder.removeOlder(3_000, Date.UTC(2020, 0, 1))).toBe(0);
});

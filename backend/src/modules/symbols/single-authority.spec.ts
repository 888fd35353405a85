import { expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

const SOURCE = join(import.meta.dirname, '../..');
/** What only the catalogue may call: the methods of an adapter that ask a venue for its contracts. */
const ASKS_FOR_CONTRACTS = /\.(listInstruments|listVolumes24h)\(/;

test('nothing but the catalogue asks a venue for its contracts (S022)', async () => {
  const files = await readdir(SOURCE, { recursive: true });
  const code = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  const askers: string[] = [];
  for (const file of code) {
    if (ASKS_FOR_CONTRACTS.test(await readFile(join(SOURCE, file), 'utf8'))) askers.push(file);
  }
  expect(askers).toEqual([['modules', 'symbols', 'venue-catalogue.ts'].join(sep)]);
});

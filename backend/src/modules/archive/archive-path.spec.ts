import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayFile, dayOfFile, symbolFolder, venueFolder } from './archive-path.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('.', '/', '\\', '%', 'a', 'A', '~') }),
);

describe('names of folders', () => {
  test('are those of symbols and venues as they are, where these are ordinary', () => {
    expect(['BTCUSDT', 'SOL-USDC', '1000X_USDT'].map(symbolFolder)).toEqual([
      'BTCUSDT',
      'SOL-USDC',
      '1000X_USDT',
    ]);
    expect(['binance', 'okx', 'drift-v2'].map(venueFolder)).toEqual(['binance', 'okx', 'drift-v2']);
  });

  test('of others are written byte by byte', () => {
    expect(symbolFolder('币USDT')).toBe('%E5%B8%81USDT');
    expect(symbolFolder('../x')).toBe('%2E%2E%2F%78');
    expect(symbolFolder('')).toBe('%');
    expect(symbolFolder('CON')).toBe('%43ON');
    expect(venueFolder('com1')).toBe('%63om1');
  });

  test('of venues are never those that the archive has for itself', () => {
    expect(venueFolder('liquidations')).toBe('%6Ciquidations');
    expect(venueFolder('feed_gaps')).toBe('%66eed_gaps');
  });

  test('are one folder whatever the name, for every name another one, also where case is not told apart', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        for (const folderOf of [symbolFolder, venueFolder]) {
          const name = folderOf(one);
          expect(name).toMatch(/^[A-Za-z0-9%~_-]{1,100}$/);
          expect(join('/root', name)).toBe(`/root/${name}`);
          // A lone half of a pair is written as U+FFFD, in Postgres too.
          const isSame = one.toWellFormed() === other.toWellFormed();
          expect(name.toLowerCase() === folderOf(other).toLowerCase()).toBe(isSame);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('names of files', () => {
  test('are the day in UTC, and are read back', () => {
    expect(dayFile(Date.UTC(2026, 10, 22, 23, 59))).toBe('20261122.parquet');
    expect(dayOfFile('20261122.parquet')).toBe(Date.UTC(2026, 10, 22));
  });

  test('of anything else are no day', () => {
    const others = [
      '20261122.parquet.aside-1',
      '.20261122.parquet.tmp',
      '20261301.parquet',
      '20260230.parquet',
      'x20261122.parquet',
    ];
    expect(others.map(dayOfFile)).toEqual(others.map(() => undefined));
  });
});

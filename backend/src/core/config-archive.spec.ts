import { describe, expect, test } from '@jest/globals';
import { readConfig } from './config.js';

describe('settings of the archive', () => {
  test('turn everything on by default, without an end, and leave a gigabyte of the disk', () => {
    expect(readConfig({})).toMatchObject({
      ARCHIVE: ['trades', 'liquidations', 'funding', 'book'],
      ARCHIVE_KEEP_FREE_MB: 1_000,
    });
    expect(readConfig({}).ARCHIVE_DAYS).toBeUndefined();
  });

  test('take a part of it, or nothing', () => {
    expect(readConfig({ ARCHIVE: ' funding , Trades' }).ARCHIVE).toEqual(['trades', 'funding']);
    expect(readConfig({ ARCHIVE: 'off' }).ARCHIVE).toEqual([]);
  });

  test('leave a short RETENTION_DAYS to those who archive nothing that it drops', () => {
    expect(readConfig({ RETENTION_DAYS: '3' }).RETENTION_DAYS).toBe(3);
    for (const ARCHIVE of ['off', 'liquidations']) {
      expect(readConfig({ ARCHIVE, RETENTION_DAYS: '1' }).RETENTION_DAYS).toBe(1);
    }
  });

  test.each([
    [{ ARCHIVE: 'trade' }, 'ARCHIVE: "trade" cannot be archived'],
    [{ ARCHIVE: 'off,book' }, 'ARCHIVE: "off" cannot be archived'],
    [{ ARCHIVE: ',' }, 'ARCHIVE: must name at least one'],
    [{ ARCHIVE_DAYS: '0' }, 'ARCHIVE_DAYS'],
    [{ RETENTION_DAYS: '2' }, 'RETENTION_DAYS: must be 3 or more while ARCHIVE names trades, funding, book'],
    [{ ARCHIVE_KEEP_FREE_MB: '-1' }, 'ARCHIVE_KEEP_FREE_MB'],
  ])('refuse %p', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });
});

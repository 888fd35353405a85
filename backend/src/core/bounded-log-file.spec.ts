import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BoundedLogFile } from './bounded-log-file.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orderfox-log-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('BoundedLogFile', () => {
  test('never takes more than twice its limit, and keeps what is newest', async () => {
    const path = join(directory, 'log');
    const log = new BoundedLogFile(path, 1_000);
    for (let n = 0; n < 500; n += 1) log.write(`line ${n}\n`);
    expect((await stat(path)).size).toBeLessThanOrEqual(1_000);
    expect((await stat(`${path}.1`)).size).toBeLessThanOrEqual(1_000);
    expect(await readFile(path, 'utf8')).toMatch(/line 499\n$/);
    log.write('x'.repeat(5_000));
    expect((await stat(path)).size).toBeLessThanOrEqual(1_000);
  });

  test('counts what an earlier process wrote', async () => {
    const path = join(directory, 'log');
    new BoundedLogFile(path, 100).write('a'.repeat(80));
    new BoundedLogFile(path, 100).write('b'.repeat(80));
    expect(await readFile(path, 'utf8')).toBe('b'.repeat(80));
  });

  test('never throws, and counts what it lost', () => {
    const log = new BoundedLogFile(join(directory, 'missing', 'log'));
    log.write('line\n');
    expect(log.lost).toBe(1);
  });
});

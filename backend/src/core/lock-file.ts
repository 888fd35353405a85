import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { pid as ownPid } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from './error-facts.js';
import { identifyProcess } from './process-identity.js';

const ATTEMPTS = 100;
const PAUSE_MS = 10;
const NO_HARD_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** A lock that was taken; its mark is in the file as long as it is held. */
export interface HeldLock {
  readonly mark: string;
}

/** Somebody else holds it: the number of a running process. */
export interface LockHolder {
  readonly holder: number;
}

/**
 * Takes a lock file, or says who holds it. Node has no file locks of the operating system, so the file names its
 * holder, and a holder that has died, or whose number went to another process, does not count. Of many that find
 * a dead holder at once, one replaces it: the one that gets the ticket for exactly that holder. Rejects with what the
 * file system says.
 */
export async function takeLock(path: string): Promise<HeldLock | LockHolder> {
  const token = randomUUID();
  // Different for every lock ever taken, so that a ticket for one never serves for another.
  const mark = `${ownPid} ${(await identifyProcess(ownPid))?.birth ?? ''} ${token}\n`;
  const own = `${path}.${token}`;
  await writeFile(own, mark, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await linked(own, path)) return { mark };
      const held = await contentOf(path);
      const holder = held === undefined ? undefined : await livingHolder(held);
      if (holder !== undefined) return { holder };
      if (held !== undefined && (await replaced(path, held, own))) return { mark };
      await pause(PAUSE_MS);
    }
    throw new Error(`${path} changes all the time`);
  } finally {
    await unlink(own).catch(() => undefined);
  }
}

/** Gives a lock up, if it is still ours. */
export async function releaseLock(path: string, { mark }: HeldLock): Promise<void> {
  if ((await contentOf(path)) === mark) await unlink(path);
}

/** Puts our lock in the place of a dead one. False if somebody else is about to do the same, or already has. */
async function replaced(path: string, dead: string, own: string): Promise<boolean> {
  const ticket = `${path}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`;
  if (!(await linked(own, ticket))) {
    // Whoever took the ticket may have been killed with it in hand.
    const taken = await contentOf(ticket);
    if (taken !== undefined && (await livingHolder(taken)) === undefined)
      await unlink(ticket).catch(() => undefined);
    return false;
  }
  try {
    // Nobody but the holder of the ticket replaces this content: what is true here stays true until the next line.
    if ((await contentOf(path)) !== dead) return false;
    await rename(own, path);
    return true;
  } finally {
    await unlink(ticket).catch(() => undefined);
  }
}

/** Creates `to` with the content of `own`, whole at once. False if it is there already. */
async function linked(own: string, to: string): Promise<boolean> {
  try {
    await link(own, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_HARD_LINKS.has(codeOf(error))) throw error;
  }
  // Some mounted file systems know no hard links.
  try {
    await writeFile(to, await readFile(own), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function livingHolder(content: string): Promise<number | undefined> {
  const [, number, birth] = /^(\d+) (.*) [0-9a-f-]{36}$/m.exec(content) ?? [];
  const pid = Number(number);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const found = await identifyProcess(pid);
  return found !== undefined && found.birth === birth ? pid : undefined;
}

async function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

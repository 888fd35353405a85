import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock } from '@orderfox/feed';
import { removeTemporarySocketDirectory } from './embedded-postgres-cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-errors.js';
import { identifyProcess, processesIn, signalProcess } from './process-identity.js';

const POLL_MS = 20;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/**
 * Ends a server that an earlier backend left behind in this directory, and removes the pid file of one that is dead.
 * To be called only by the holder of the data directory. Resolves when no process works on the files any more: two
 * servers on one set of files would destroy them. Throws EmbeddedPostgresError if one will not end.
 */
export async function settleOrphan(directory: string, clock: Clock): Promise<'none' | 'stale' | 'stopped'> {
  const pidFile = join(directory, 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8').catch(() => undefined);
  const path = await realpath(directory);
  // Lines of the pid file: number, directory, start time, port, socket directory, and more.
  const lines = text?.split('\n') ?? [];
  const recorded = Number(lines[0]);
  const postmaster = (await isPostmasterOf(path, recorded)) ? recorded : undefined;
  if (postmaster !== undefined) await stop(postmaster, path, clock);
  // Children outlive a killed postmaster for a moment. On Linux they are found by their working directory.
  await outlast(path, clock);
  await rm(pidFile, { force: true });
  if (lines[4] !== undefined && lines[4] !== '') await removeTemporarySocketDirectory(lines[4]);
  if (postmaster !== undefined) return 'stopped';
  return text === undefined ? 'none' : 'stale';
}

/** The number in a pid file may meanwhile belong to anybody. */
async function isPostmasterOf(directory: string, pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const found = await identifyProcess(pid);
  if (found === undefined) return false;
  return found.directory === undefined
    ? found.command.includes('postgres') && found.command.includes(directory)
    : found.directory === directory;
}

async function stop(pid: number, directory: string, clock: Clock): Promise<void> {
  signalProcess(pid, 'SIGINT');
  if (await gone(() => isPostmasterOf(directory, pid), FAST_SHUTDOWN_MS, clock)) return;
  signalProcess(pid, 'SIGQUIT');
  if (await gone(() => isPostmasterOf(directory, pid), IMMEDIATE_SHUTDOWN_MS, clock)) return;
  throw new EmbeddedPostgresError(
    'ORPHAN',
    `Postgres process ${pid} still runs in ${directory} and does not end. End it by hand and start again.`,
  );
}

async function outlast(directory: string, clock: Clock): Promise<void> {
  if (await gone(async () => (await processesIn(directory)).length > 0, IMMEDIATE_SHUTDOWN_MS, clock)) return;
  const left = await processesIn(directory);
  throw new EmbeddedPostgresError(
    'ORPHAN',
    `Processes ${left.join(', ')} still work in ${directory}. End them by hand and start again.`,
  );
}

async function gone(there: () => Promise<boolean>, withinMs: number, clock: Clock): Promise<boolean> {
  const deadlineMs = clock.monotonicMs() + withinMs;
  while (await there()) {
    if (clock.monotonicMs() >= deadlineMs) return false;
    await new Promise<void>((resolve) => void clock.after(POLL_MS, resolve));
  }
  return true;
}

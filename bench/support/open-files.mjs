import { spawnSync } from 'node:child_process';

/** How many files, and therefore sockets, a process may have open here; Infinity where that cannot be found out. */
export function openFileLimit() {
  const { stdout, status } = spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' });
  const limit = Number(stdout?.trim());
  return status === 0 && Number.isFinite(limit) ? limit : Number.POSITIVE_INFINITY;
}

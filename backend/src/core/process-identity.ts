import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { kill, platform } from 'node:process';
import { promisify } from 'node:util';

const LINUX = platform === 'linux';

/** What the operating system knows of a process. */
export interface ProcessIdentity {
  /** Differs for a later process with the same number, where the system tells; otherwise empty. */
  readonly birth: string;
  /** Working directory, where the system tells. */
  readonly directory?: string;
  readonly command: string;
}

/**
 * Looks a process up. Undefined when there is none, and also for a zombie: it has ended, and only waits for a parent
 * that will never ask (containers without an init process collect these).
 */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  return LINUX ? identifyOnLinux(pid) : identifyByPs(pid);
}

/** Sends a signal. False if there is no such process (any more) or it is not ours to signal. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return kill(pid, signal);
  } catch {
    return false;
  }
}

/** Numbers of the running processes whose working directory this is. Empty where the system does not tell. */
export async function processesIn(directory: string): Promise<readonly number[]> {
  if (!LINUX) return [];
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (cwd === directory && (await identifyProcess(pid)) !== undefined) found.push(pid);
  }
  return found;
}

async function identifyOnLinux(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field is the command in brackets and may itself hold blanks and brackets: read from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  // Field 22 of proc(5), the start in ticks since the boot; with the boot it names one process for ever.
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return {
    birth: `${boot.trim()}:${fields[19] ?? ''}`,
    ...(directory !== undefined && { directory }),
    command: command.replaceAll('\0', ' ').trim(),
  };
}

async function identifyByPs(pid: number): Promise<ProcessIdentity | undefined> {
  const columns = ['-o', 'stat=,lstart=,command=', '-p', String(pid)];
  const answer = await promisify(execFile)('ps', columns).catch(() => undefined);
  // STAT, then LSTART as five words, then the command.
  const match = /^\s*(\S+)\s+((?:\S+\s+){5})(.*)$/m.exec(answer?.stdout ?? '');
  if (match?.[1] === undefined || match[1].startsWith('Z')) return undefined;
  return { birth: match[2]?.trim() ?? '', command: match[3] ?? '' };
}

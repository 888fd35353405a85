import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { access, chown, readdir, readFile, stat } from 'node:fs/promises';
import * as host from 'node:process';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, OWN_SERVER_HINT } from './embedded-postgres-errors.js';
import { type PostgresBinaries } from './embedded-postgres-binaries.js';

const SYSTEM_PATH = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
/** `nobody` on Debian and most other systems: a user that owns nothing else. */
const NOBODY = 65_534;
const run = promisify(execFile);

/**
 * How the programs are run here. Postgres refuses to work for root, and initdb for a user without a name, as containers
 * like to have them. Such a user becomes somebody else: another number in a user namespace, which may still read a
 * checkout below /root, else, from root, the user `nobody`. Where the system can do it, the server is also told to stop
 * when its parent dies, so that a `kill -9` of the backend leaves nothing running.
 */
export class PostgresCommand {
  private constructor(
    private readonly before: readonly string[],
    private readonly tether: readonly string[],
    /** User that the programs run as, where it is not this process's own. */
    private readonly user?: number,
    /** User that the files must belong to, where that has to be arranged. */
    private readonly owner?: number,
  ) {}

  /**
   * Tries out what this system allows, with the tools found in `folders`. Throws EmbeddedPostgresError when root cannot
   * become anybody else.
   */
  static async find(
    { postgres }: PostgresBinaries,
    folders: readonly string[] = SYSTEM_PATH,
    uid = host.geteuid?.(),
  ): Promise<PostgresCommand> {
    const version = [postgres, '--version'];
    const tether = await firstWorking(await withTool(folders, 'setpriv', ['--pdeathsig', 'INT']), version);
    if (uid === undefined || (uid !== 0 && hasName())) return new PostgresCommand([], tether);

    const users = await namedUsers();
    const other = users.includes(NOBODY) ? NOBODY : (users.find((user) => user !== 0) ?? NOBODY);
    const mapped = ['--user', `--map-user=${other}`, `--map-group=${other}`];
    const namespace = await firstWorking(await withTool(folders, 'unshare', mapped), version);
    // To the world outside, what runs in the namespace is still the user who made it.
    if (namespace.length > 0)
      return new PostgresCommand(namespace, tether, undefined, uid === 0 ? 0 : undefined);
    if (uid !== 0) return new PostgresCommand([], tether);
    if (await works(version, other)) return new PostgresCommand([], tether, other, other);
    throw new EmbeddedPostgresError(
      'NO_USER',
      `Postgres does not run as root, and here root can neither make a user namespace nor let user ${other} run ${postgres}. Start OrderFox as an ordinary user. ${OWN_SERVER_HINT}`,
    );
  }

  /** Runs a program to its end; `tethered` programs stop when this process dies. */
  spawn(program: string, programArguments: readonly string[], tethered: boolean): ChildProcess {
    const words = [...this.before, ...(tethered ? this.tether : []), program, ...programArguments];
    return spawn(words[0] ?? program, words.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal must reach the backend alone, which still has rows to write.
      detached: true,
      env: ENVIRONMENT,
      ...(this.user !== undefined && { uid: this.user, gid: this.user }),
    });
  }

  /** Gives a directory and all in it to the user that the programs run as. */
  async own(directory: string): Promise<void> {
    if (this.owner === undefined || (await stat(directory)).uid === this.owner) return;
    for (const name of await readdir(directory, { recursive: true })) {
      await chown(join(directory, name), this.owner, this.owner);
    }
    // Last, so that a directory that was left half way is done again.
    await chown(directory, this.owner, this.owner);
  }
}

/** What the programs see: nothing of the user's PG* settings, locale or time zone. */
const ENVIRONMENT = { PATH: SYSTEM_PATH.join(delimiter), LC_ALL: 'C', TZ: 'UTC' };

/** The command line of a tool, or nothing where it is not installed. */
async function withTool(
  folders: readonly string[],
  tool: string,
  options: readonly string[],
): Promise<readonly string[]> {
  for (const folder of folders) {
    const path = join(folder, tool);
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return [path, ...options];
  }
  return [];
}

/** The prefix if a command works behind it here, else nothing. */
async function firstWorking(
  prefix: readonly string[],
  command: readonly string[],
): Promise<readonly string[]> {
  return prefix.length > 0 && (await works([...prefix, ...command])) ? prefix : [];
}

/**
 * Whether a command runs, perhaps as another user. `postgres --version` answers root too, so it shows what is asked
 * here: that the way to the program is open.
 */
async function works(words: readonly string[], user?: number): Promise<boolean> {
  const [program = '', ...programArguments] = words;
  const identity = user === undefined ? {} : { uid: user, gid: user };
  return run(program, programArguments, { env: ENVIRONMENT, timeout: 5_000, ...identity }).then(
    () => true,
    () => false,
  );
}

/** Whether this process's user has a name, in whatever directory the system looks. */
function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

/** Numbers of the users that have a name: user:password:number:... in passwd(5). */
async function namedUsers(): Promise<readonly number[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => /^[^:]+:[^:]*:(\d+):/.exec(line)?.slice(1, 2).map(Number) ?? []);
}

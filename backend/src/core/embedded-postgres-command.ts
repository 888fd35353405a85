import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { access, chown, readdir, stat } from 'node:fs/promises';
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
 * How the programs are run here. Postgres refuses to work for root, so root becomes somebody else: user 1000 in a user
 * namespace, which may still read a checkout below /root, else the user `nobody`. Where the system can do it, the
 * server is also told to stop when its parent dies, so that a `kill -9` of the backend leaves nothing running.
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
    binaries: PostgresBinaries,
    folders: readonly string[] = SYSTEM_PATH,
    uid = userInfo().uid,
  ): Promise<PostgresCommand> {
    const setpriv = await firstIn(folders, 'setpriv');
    const tether = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'INT'];
    const tethered = tether.length > 0 && (await works([...tether, binaries.postgres, '--version'], 0, uid));
    const usable = tethered ? tether : [];
    if (uid !== 0) return new PostgresCommand([], usable);

    const unshare = await firstIn(folders, 'unshare');
    const namespace = unshare === undefined ? [] : [unshare, '--user', '--map-user=1000', '--map-group=1000'];
    const inNamespace =
      namespace.length > 0 && (await works([...namespace, binaries.postgres, '--version'], 0, uid));
    if (inNamespace) return new PostgresCommand(namespace, usable, undefined, 0);
    if (await works([binaries.postgres, '--version'], NOBODY, uid))
      return new PostgresCommand([], usable, NOBODY, NOBODY);
    throw new EmbeddedPostgresError(
      'NO_USER',
      `Postgres does not run as root, and here root can neither make a user namespace nor let the user ${NOBODY} run ${binaries.postgres}. Start OrderFox as an ordinary user. ${OWN_SERVER_HINT}`,
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

async function firstIn(folders: readonly string[], program: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, program);
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

async function works(words: readonly string[], as: number, uid: number): Promise<boolean> {
  const [program = '', ...programArguments] = words;
  // `postgres --version` answers root too, so it shows what is asked here: that the way to the program is open.
  const identity = uid === 0 && as !== 0 ? { uid: as, gid: as } : {};
  return run(program, programArguments, { env: ENVIRONMENT, timeout: 5_000, ...identity }).then(
    () => true,
    () => false,
  );
}

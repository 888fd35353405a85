import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.js';
import { installOnce } from './install-once.js';
import { waitFor } from './wait-for.js';

/** What brings a server where there is none. */
export const REDIS_COMMAND = 'apt-get install redis-server';
/**
 * Starts the program behind `$@`, says its process, and ends it when whoever holds the other end of the pipe is gone,
 * however that came about: it outlives what a closed terminal or Ctrl+C sends to all of them.
 */
export const KEEPER =
  'trap "" HUP INT TERM; "$@" >/dev/null 2>&1 & pid=$!; echo $pid; cat >/dev/null; kill -9 $pid 2>/dev/null; wait';

/** The program `redis-server` of this machine; with `CI=true`, on Debian, as root, it is installed where it is missing. */
export async function findRedisServer(): Promise<string | undefined> {
  const found = onPath('redis-server');
  if (found !== undefined || !canInstall()) return found;
  await installOnce('redis-server', {
    folder: tmpdir(),
    isThere: () => onPath('redis-server') !== undefined,
    apt: runApt,
    monotonicMs: () => performance.now(),
  });
  return onPath('redis-server');
}

/** What tests of Redis are called and whether they can run, see `redisForTests`. */
export interface RedisForTests {
  /** To be appended to titles; says what would enable them. */
  readonly note: string;
  /** Skips them: there is none, and it is not demanded that there be one. */
  readonly isMissing: boolean;
}

/** Whether tests that start a Redis of their own can run. With `CI=true` they must: then they run, and fail. */
export async function redisForTests(): Promise<RedisForTests> {
  const isThere = (await findRedisServer()) !== undefined;
  const isDemanded = isUnattended();
  const note = isThere ? '' : ` (there is no redis-server; to enable: ${REDIS_COMMAND})`;
  return { note, isMissing: !isThere && !isDemanded };
}

/** How a server of a test is started. */
export interface RedisServerOptions {
  /** Keeps what it holds over a restart: every command is written to disk before its answer. */
  readonly isDurable?: boolean;
  /** Further arguments, such as `--maxmemory 3mb`, word by word. */
  readonly settings?: readonly string[];
}

/**
 * A Redis server of a test's own: a free port, a folder of its own, nothing kept unless wanted. It ends with the process
 * that started it, also when that is killed.
 */
export class RedisServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'orderfox-redis-'));
  #keeper: ChildProcess | undefined;
  #pid: number | undefined;

  private constructor(
    private readonly program: string,
    readonly port: number,
    private readonly options: RedisServerOptions,
  ) {}

  /** Rejects where no server can be had. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const program = await findRedisServer();
    if (program === undefined) throw new Error(`There is no redis-server; to have one: ${REDIS_COMMAND}`);
    for (let tried = 1; ; tried += 1) {
      const server = new RedisServer(program, await freePort(), options);
      try {
        await server.run();
        return server;
      } catch (error) {
        // Another test may have taken the port in between.
        server.dispose();
        if (tried === 3) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, again after `kill`; resolves once it answers. */
  async run(): Promise<void> {
    const { isDurable = false, settings = [] } = this.options;
    const persistence = isDurable
      ? ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
      : ['--appendonly', 'no', '--save', ''];
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const words = [this.program, ...place, ...persistence, ...settings];
    const keeper = spawn('/bin/sh', ['-c', KEEPER, 'sh', ...words], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#keeper = keeper;
    const lines = createInterface({ input: keeper.stdout });
    const [line] = (await once(lines, 'line')) as [string];
    this.#pid = Number(line);
    await waitFor(() => answers(this.port, this.#pid), {
      withinMs: 10_000,
      describe: 'redis-server to answer',
    });
  }

  /** Ends it without any chance to tidy up. */
  async kill(): Promise<void> {
    const keeper = this.#keeper;
    if (keeper === undefined || this.#pid === undefined) return;
    this.#keeper = undefined;
    const gone = once(keeper, 'exit');
    process.kill(this.#pid, 'SIGKILL');
    this.#pid = undefined;
    keeper.stdin?.end();
    await gone;
  }

  /** It neither works nor breaks connections, until `thaw`. */
  freeze(): void {
    if (this.#pid !== undefined) process.kill(this.#pid, 'SIGSTOP');
  }

  thaw(): void {
    if (this.#pid !== undefined) process.kill(this.#pid, 'SIGCONT');
  }

  /** Ends it and deletes what it left. */
  async stop(): Promise<void> {
    await this.kill();
    this.dispose();
  }

  private dispose(): void {
    this.#keeper?.stdin?.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Nobody is there whose machine it is: what is missing may be installed, and must not be passed over. */
function isUnattended(): boolean {
  return process.env.CI === 'true';
}

function canInstall(): boolean {
  const isDebian = onPath('apt-get') !== undefined && onPath('dpkg') !== undefined;
  return isUnattended() && process.getuid?.() === 0 && isDebian;
}

function runApt(words: readonly string[], withinMs: number): boolean {
  // In this run level Debian's packages start no service.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return spawnSync('apt-get', [...words], { env, stdio: 'ignore', timeout: withinMs }).status === 0;
}

/** Whether the server at a port is the one that was started, and has loaded what it keeps. */
async function answers(port: number, pid: number | undefined): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  try {
    const text = await new Promise<string>((resolve, reject) => {
      let got = '';
      socket.on('data', (bytes) => {
        got += bytes.toString();
        // It wants a password: then it has come so far as to say so.
        if (got.includes('-NOAUTH')) resolve(`process_id:${String(pid)}\r\nloading:0`);
        if (/\nloading:\d/.test(got) && got.includes('process_id:')) resolve(got);
      });
      socket.setTimeout(1_000, () => reject(new Error('it does not answer')));
      socket.once('error', reject).once('close', () => reject(new Error(`it closed the connection: ${got}`)));
      socket.write('INFO server\r\nINFO persistence\r\n');
    });
    return text.includes(`process_id:${String(pid)}\r`) && text.includes('\nloading:0');
  } finally {
    socket.destroy();
  }
}

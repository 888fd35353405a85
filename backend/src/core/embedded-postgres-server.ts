import { type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Clock } from '@orderfox/feed';
import { type PostgresCommand } from './embedded-postgres-command.js';
import { EmbeddedPostgresError, OWN_SERVER_HINT } from './embedded-postgres-errors.js';
import { signalProcess } from './process-identity.js';

const READY_WITHIN_MS = 60_000;
const READY_LINE = 'ready to accept connections';
const TAIL_LINES = 8;

/** What a server is started with. */
export interface PostgresLaunch {
  readonly command: PostgresCommand;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly clock: Clock;
  /** Every line the server writes to its log. */
  readonly onLine: (line: string) => void;
}

/** One running server process. */
export class PostgresServer {
  /** Resolves when the process has ended, with its status or signal. */
  readonly ended: Promise<string>;
  readonly #tail: string[] = [];
  #running = true;

  private constructor(
    private readonly child: ChildProcess,
    private readonly launch: PostgresLaunch,
  ) {
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => this.#end(error.message, resolve));
      child.on('exit', (status, signal) => this.#end(String(status ?? signal), resolve));
    });
  }

  /** Starts a server and waits until it takes connections, recovery after a crash included. */
  static async start(launch: PostgresLaunch): Promise<PostgresServer> {
    const child = launch.command.spawn(launch.program, launch.arguments, true);
    const server = new PostgresServer(child, launch);
    const ready = new Promise<'ready'>((resolve) => {
      server.#listen((line) => {
        if (line.includes(READY_LINE)) resolve('ready');
      });
    });
    const late = Promise.withResolvers<'late'>();
    const timer = launch.clock.after(READY_WITHIN_MS, () => late.resolve('late'));
    const outcome = await Promise.race([ready, late.promise, server.ended]);
    timer.cancel();
    if (outcome === 'ready') return server;
    if (outcome === 'late') {
      server.#signal('SIGQUIT');
      await server.ended;
    }
    const what = outcome === 'late' ? `was not ready after ${READY_WITHIN_MS} ms` : `ended with ${outcome}`;
    throw new EmbeddedPostgresError(
      'START',
      `Postgres ${what}. Its last words:\n${server.#tail.join('\n')}\n${OWN_SERVER_HINT}`,
    );
  }

  get pid(): number | undefined {
    return this.#running ? this.child.pid : undefined;
  }

  /**
   * Fast shutdown: open transactions are rolled back, everything committed is on disk. If that takes longer than
   * `withinMs` the server is stopped at once and replays its log at the next start. Either way no committed row is lost.
   */
  async stop(withinMs: number): Promise<void> {
    this.#signal('SIGINT');
    const impatient = this.launch.clock.after(withinMs, () => this.#signal('SIGQUIT'));
    await this.ended;
    impatient.cancel();
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) signalProcess(this.pid, signal);
  }

  #end(how: string, resolve: (how: string) => void): void {
    this.#running = false;
    resolve(how);
  }

  #listen(onLine: (line: string) => void): void {
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#tail.push(line.slice(0, 500));
        if (this.#tail.length > TAIL_LINES) this.#tail.shift();
        this.launch.onLine(line);
        onLine(line);
      });
    }
  }
}

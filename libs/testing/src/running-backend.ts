import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../../backend/dist/main.js');
const READY = /OrderFox is ready: (http:\/\/\S+)/;

/** A backend in a process of its own, as a user runs it: so that it can be killed for real. */
export class RunningBackend {
  readonly #lines: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Starts the built backend with these settings and nothing else of the environment; resolves once it is ready. */
  static async start(settings: Readonly<Record<string, string>>): Promise<RunningBackend> {
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    const ready = new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          if (output.push(line) > 2_000) output.shift();
          const match = READY.exec(line);
          if (match?.[1] !== undefined) resolve(match[1]);
        });
      }
      child.once('exit', (code, signal) => {
        reject(
          new Error(
            `the backend ended before it was ready (${String(code ?? signal)}):\n${output.join('\n')}`,
          ),
        );
      });
    });
    const backend = new RunningBackend(child, await ready);
    backend.#lines.push(...output);
    return backend;
  }

  /** `ws://` address of the GraphQL socket. */
  get socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/graphql`;
  }

  /** What it wrote until it was ready. */
  get startLog(): readonly string[] {
    return this.#lines;
  }

  /** Ends it without any chance to tidy up. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** Asks it to end and gives its exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = (await gone) as [number | null];
    return code;
  }
}

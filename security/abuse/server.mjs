import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../backend/dist/main.js');
const INSIDE = pathToFileURL(join(import.meta.dirname, 'inside.mjs')).href;
const STOP_WITHIN_MS = 15_000;
const KEPT_LINES = 2_000;

/** The built backend in a process of its own, on a free port, with a data directory of its own. */
export class Server {
  /** What it wrote to its log as errors, which no client may be able to cause. */
  trouble = [];
  peakMiB = 0;
  /** What the process had, and what of it was held, before the first attempt. */
  restMiB = 0;
  restUsedMiB = 0;
  /** What is held after the last one. */
  leftUsedMiB = 0;
  polluted = new Set();
  #stallMs = 0;
  #questions = new Map();
  #nextQuestion = 0;

  constructor(name, child) {
    this.name = name;
    this.child = child;
    child.on('message', ({ id, ...facts }) => {
      this.#questions.get(id)?.(facts);
      this.#questions.delete(id);
    });
  }

  /** Starts it with these settings and nothing else of the environment; resolves once it is ready. */
  static async start(name, folder, settings) {
    const data = join(folder, name);
    await mkdir(data, { recursive: true });
    const child = spawn(process.execPath, ['--import', INSIDE, MAIN], {
      cwd: data,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        BACKEND_PORT: '0',
        DATA_DIR: data,
        LOG_LEVEL: 'warn',
        SIMULATED: 'true',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const server = new Server(name, child);
    const lines = [];
    const url = await new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          if (lines.push(line) > KEPT_LINES) lines.shift();
          server.#read(line);
          const ready = /is ready: (http:\/\/\S+)/.exec(line);
          if (ready !== null) resolve(new URL(ready[1]));
        });
      }
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(`the server "${name}" ended with ${code ?? signal}:\n${lines.join('\n')}`)),
      );
    });
    child.once('exit', (code, signal) => {
      for (const answer of server.#questions.values()) answer(undefined);
      if (!server.isStopping) server.trouble.push(`the process ended with ${code ?? signal}`);
    });
    return Object.assign(server, { host: url.hostname, port: Number(url.port), folder: data });
  }

  get isRunning() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /**
   * Memory and the longest standstill since the last question; undefined when it has ended. With `isCollected` garbage is
   * collected before, so that `usedMiB` is what is really held.
   */
  async look(isCollected = false) {
    if (!this.isRunning || !this.child.connected) return undefined;
    const id = (this.#nextQuestion += 1);
    const facts = await new Promise((resolve) => {
      this.#questions.set(id, resolve);
      this.child.send({ id, isCollected });
    });
    if (facts === undefined) return undefined;
    this.peakMiB = Math.max(this.peakMiB, facts.rssMiB);
    this.#stallMs = Math.max(this.#stallMs, facts.stallMs);
    for (const name of facts.polluted) this.polluted.add(name);
    return facts;
  }

  /** From now until `end` is called: the longest time in ms for which its event loop stood still. */
  beginStall() {
    this.#stallMs = 0;
    const end = async () => {
      await this.look();
      return this.#stallMs;
    };
    return { end };
  }

  async stop() {
    this.isStopping = true;
    if (!this.isRunning) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  }

  #read(line) {
    if (!line.startsWith('{')) return;
    const { level, msg, err } = JSON.parse(line);
    if (level === 'error' || level === 'fatal')
      this.trouble.push(
        `${level} in the log: ${msg}${err?.message === undefined ? '' : ` (${err.message})`}`,
      );
  }
}

/** Calls between the controller and the processes that it starts, over Node's own channel. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** In a started process: answers the parent's calls by name. A command may return a promise; what it throws travels back. */
export function answerParent(commands) {
  process.on('message', async ({ call, name, given }) => {
    try {
      const result = await commands[name](given);
      if (call !== undefined) process.send({ call, result });
    } catch (error) {
      if (call === undefined) throw error;
      process.send({
        call,
        problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  });
  process.once('disconnect', () => process.exit());
}

/** A started process, seen from its parent. */
export class LinkedProcess {
  #child;
  #calls = new Map();
  #made = 0;
  /** Called with messages that answer no call. */
  onMessage = () => undefined;

  /** Starts the module; it ends with this process. */
  static start(module, { args = [], execArgv = [] } = {}) {
    return new LinkedProcess(fork(module, args, { execArgv, stdio: ['ignore', 2, 2, 'ipc'] }));
  }

  constructor(child) {
    this.#child = child;
    child.on('message', (message) => {
      const { call, result, problem } = message;
      if (call === undefined) {
        this.onMessage(message);
        return;
      }
      const { resolve, reject } = this.#calls.get(call);
      this.#calls.delete(call);
      if (problem === undefined) resolve(result);
      else reject(new Error(problem));
    });
    // A process that has died says so with its exit.
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      for (const { reject } of this.#calls.values())
        reject(new Error(`the process ended with ${code ?? signal}`));
      this.#calls.clear();
    });
  }

  get pid() {
    return this.#child.pid;
  }

  /** Calls a command and waits for its answer. */
  call(name, given) {
    this.#made += 1;
    const answer = Promise.withResolvers();
    if (!this.#child.connected) return Promise.reject(new Error('the process has ended'));
    this.#calls.set(this.#made, answer);
    this.#child.send({ call: this.#made, name, given });
    return answer.promise;
  }

  /** Calls a command and does not wait. */
  tell(name, given) {
    if (this.#child.connected) this.#child.send({ name, given });
  }

  /** Ends the process, at the latest after five seconds by force. */
  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(timer);
  }
}

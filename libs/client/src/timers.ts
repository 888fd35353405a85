/** Where the client learns the time, so that a program with a clock of its own can bring it. */
export interface Timers {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

/** A number in [0, 1). */
export type Random = () => number;

/** The time of the platform, in Node and in browsers. */
export const platformTimers: Timers = {
  nowMs: () => new Date().getTime(),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return () => clearTimeout(handle);
  },
};

/** Randomness of the platform, in Node and in browsers. */
export const platformRandom: Random = () => {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value / 2 ** 32;
};

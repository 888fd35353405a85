/** A task that never runs twice at the same time: wanted while it runs, it runs once more afterwards. */
export class RepeatedTask {
  #isRunning = false;
  #isWanted = false;

  /** @param task must not reject */
  constructor(private readonly task: () => Promise<void>) {}

  want(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.task();
    }
    this.#isRunning = false;
  }
}

/**
 * Asks a question once for all who ask it at the same time, and never two at a time. Nobody gets an answer that was begun
 * before he asked: who comes while one is under way shares the next. A failure is the answer of those who share it alone.
 */
export class SharedAnswer<R> {
  #underWay: Promise<R> | undefined;
  #next: Promise<R> | undefined;

  constructor(private readonly ask: () => Promise<R>) {}

  /** Rejects with what `ask` throws or rejects with. */
  get(): Promise<R> {
    // Also for who asks when the one under way has just ended: the next is about to begin.
    if (this.#next !== undefined) return this.#next;
    if (this.#underWay === undefined) return this.#begin();
    this.#next = this.#underWay.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  #begin(): Promise<R> {
    this.#next = undefined;
    const answer = this.#asked();
    this.#underWay = answer;
    const over = () => (this.#underWay = undefined);
    answer.then(over, over);
    return answer;
  }

  /** In a function of its own, so that what is thrown is an answer too. */
  async #asked(): Promise<R> {
    return this.ask();
  }
}

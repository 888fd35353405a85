/**
 * Asks a question once for all who ask it at the same time. Nobody gets an answer that was begun before he asked: who
 * comes while one is under way shares the next.
 */
export class SharedAnswer<R> {
  #underWay: Promise<R> | undefined;
  #next: Promise<R> | undefined;

  constructor(private readonly ask: () => Promise<R>) {}

  get(): Promise<R> {
    if (this.#underWay === undefined) return this.#begin();
    this.#next ??= this.#underWay.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  #begin(): Promise<R> {
    this.#next = undefined;
    const answer = this.ask();
    this.#underWay = answer;
    const over = () => {
      if (this.#underWay === answer) this.#underWay = undefined;
    };
    answer.then(over, over);
    return answer;
  }
}

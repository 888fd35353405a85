/**
 * Work that can wait, shared out over the turns of the event loop: so much of it in each, whoever does it, so that what
 * cannot wait finds the loop free however many want to catch up at once. First come, first served.
 */
export class TurnShare {
  #left: number;
  #isNewTurnAsked = false;
  #waiting: (() => void)[] = [];

  constructor(
    /** Pieces of work in one turn. */
    readonly perTurn: number,
    /** Resolves at the end of the turn of the event loop. */
    private readonly nextTurn: () => Promise<unknown>,
  ) {
    this.#left = perTurn;
  }

  /** How many pieces wait for a later turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when there is room for one more piece: in this turn or a later one. Rejects if turns do not come. */
  async take(): Promise<void> {
    while (this.#left === 0) {
      const room = new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#askForTurn();
      await room;
    }
    this.#left -= 1;
    this.#askForTurn();
  }

  #askForTurn(): void {
    if (this.#isNewTurnAsked) return;
    this.#isNewTurnAsked = true;
    const renew = () => {
      this.#isNewTurnAsked = false;
      this.#left = this.perTurn;
      const next = this.#waiting.splice(0, this.perTurn);
      // Who is left over asks for the turn after this one.
      if (this.#waiting.length > 0) this.#askForTurn();
      for (const resolve of next) resolve();
    };
    this.nextTurn().then(renew, renew);
  }
}

import { type Recipient } from './recipient.js';

/** What a member asks of its topic. */
export interface StateMemberTopic {
  /** The newest body of a key; undefined while a newer one is to come, and where there is none. */
  bodyOf(key: string): Uint8Array | undefined;
  /** Runs a task in the next turn of the event loop. */
  nextTurn(task: () => void): void;
  onError(error: unknown): void;
}

/** One reader of states. While it is congested only the names of what changed are kept for it, never a body. */
export class StateMember {
  readonly #owed = new Set<string>();
  #isWaiting = false;

  constructor(
    private readonly recipient: Recipient,
    private readonly topic: StateMemberTopic,
  ) {}

  /** Notes that it has not got the newest body of this key. */
  owe(key: string): void {
    this.#owed.add(key);
  }

  /** There is nothing of this key to be had. */
  forgive(key: string): void {
    this.#owed.delete(key);
  }

  owes(key: string): boolean {
    return this.#owed.has(key);
  }

  get owedCount(): number {
    return this.#owed.size;
  }

  /** Hands over a body that is newer than any of this key before, or notes that it is owed. */
  offer(key: string, body: Uint8Array): void {
    try {
      if (this.recipient.isCongested) {
        this.#owed.add(key);
        this.#wait();
        return;
      }
      // First, so that a recipient that calls back from `deliver` finds nothing owed twice.
      if (this.#owed.size > 0) this.#owed.delete(key);
      this.recipient.deliver(body);
    } catch (error) {
      this.topic.onError(error);
    }
  }

  /** Hands over all that is owed and can be had now, until it is congested. */
  settle(): void {
    for (const key of this.#owed) {
      if (this.#isWaiting) return;
      const body = this.topic.bodyOf(key);
      if (body !== undefined) this.offer(key, body);
    }
  }

  /** Nothing is owed any more, so nothing is delivered, whoever is still waiting for what. */
  leave(): void {
    this.#owed.clear();
  }

  #wait(): void {
    if (this.#isWaiting) return;
    const uncongested = this.recipient.uncongested();
    this.#isWaiting = true;
    uncongested.then(
      () => this.#resume(),
      (error: unknown) => {
        this.topic.onError(error);
        this.#resume();
      },
    );
  }

  #resume(): void {
    const goOn = () => {
      this.#isWaiting = false;
      this.settle();
    };
    // If someone else has filled it meanwhile, or it is closed and about to leave, asking again at once could go
    // round and round within one turn.
    if (this.#owed.size > 0 && this.recipient.isCongested) this.topic.nextTurn(goOn);
    else goOn();
  }
}

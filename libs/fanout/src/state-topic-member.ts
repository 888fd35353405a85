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
  #hasLeft = false;

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

  /** Hands over a body that is newer than any of this key before, or notes that it is owed. */
  offer(key: string, body: Uint8Array): void {
    if (this.#hasLeft) return;
    if (this.recipient.isCongested) {
      this.#owed.add(key);
      this.#wait();
      return;
    }
    // First, so that a recipient that calls back from `deliver` finds nothing owed twice.
    if (this.#owed.size > 0) this.#owed.delete(key);
    try {
      this.recipient.deliver(body);
    } catch (error) {
      this.topic.onError(error);
    }
  }

  /** Hands over all that is owed and can be had now, until it is congested. */
  settle(): void {
    for (const key of this.#owed) {
      if (this.#hasLeft || this.#isWaiting) return;
      const body = this.topic.bodyOf(key);
      if (body !== undefined) this.offer(key, body);
    }
  }

  /** Nothing is delivered from now on. */
  leave(): void {
    this.#hasLeft = true;
    this.#owed.clear();
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.recipient.uncongested().then(
      () => this.#resume(),
      (error: unknown) => {
        this.topic.onError(error);
        this.#resume();
      },
    );
  }

  #resume(): void {
    if (this.#hasLeft) return;
    if (!this.recipient.isCongested) {
      this.#isWaiting = false;
      this.settle();
      return;
    }
    // Someone else has filled it meanwhile, or it is closed and will be told to leave: asking again at once could
    // go round and round within one turn.
    this.topic.nextTurn(() => {
      this.#isWaiting = false;
      if (!this.#hasLeft) this.settle();
    });
  }
}

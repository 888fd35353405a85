import { type Refusal } from '@orderfox/domain';

/** The most messages that wait for their contract, and the most characters they may have together. */
export const SHELF_LIMITS = { messages: 1_000, characters: 8 * 1_024 * 1_024 };

/** A message that holds a row of a contract which the catalogue does not know yet. */
export interface ShelvedMessage {
  readonly message: unknown;
  readonly receivedTimeMs: number;
  /** Its rows that wait. */
  readonly refusals: readonly Refusal[];
}

interface Place extends ShelvedMessage {
  readonly characters: number;
}

/**
 * Keeps messages of one feed whose contract is not in the catalogue, such as one that was listed a minute ago, until
 * the catalogue is renewed. Without room the oldest goes, counted; its rows stay in quarantine.
 */
export class UnknownContractShelf {
  #places: Place[] = [];
  #characters = 0;
  #dropped = 0;

  get size(): number {
    return this.#places.length;
  }

  /** Messages that had to go before their contract was known. */
  get dropped(): number {
    return this.#dropped;
  }

  put(shelved: ShelvedMessage): void {
    const characters = JSON.stringify(shelved.message).length;
    this.#places.push({ ...shelved, characters });
    this.#characters += characters;
    while (this.#places.length > SHELF_LIMITS.messages || this.#characters > SHELF_LIMITS.characters) {
      this.#characters -= this.#places.shift()?.characters ?? 0;
      this.#dropped += 1;
    }
  }

  /** Empties the shelf, oldest first. Whoever still cannot read one puts it back. */
  takeAll(): readonly ShelvedMessage[] {
    const taken = this.#places;
    this.#places = [];
    this.#characters = 0;
    return taken;
  }
}

import { type ClientAccount } from './client-account.js';

/** How many of the least recently seen are looked at whenever one is opened: more than one, so the book shrinks. */
const LOOKED_AT = 2;

/**
 * The accounts of all clients that are known, least recently seen first. Those that are as good as new are dropped bit
 * by bit while others come, so no timer is needed. When the book is full, the least recently seen that holds nothing is
 * forgotten; clients that hold something stay, and their number is bounded by what can be held.
 */
export class ClientBook {
  readonly #accounts = new Map<string, ClientAccount>();
  #oldest: ClientAccount | undefined;
  #newest: ClientAccount | undefined;
  #forgotten = 0;

  constructor(
    private readonly maxClients: number,
    private readonly make: (client: string) => ClientAccount,
  ) {}

  /** Clients in the book. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Clients that were forgotten although they had used some of their budget. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** The account of a client, a new one if it is not known. The client counts as seen. */
  open(client: string): ClientAccount {
    this.#dropBlanks();
    let account = this.#accounts.get(client);
    if (account === undefined) {
      if (this.#accounts.size >= this.maxClients) this.#forgetOne();
      account = this.make(client);
      this.#accounts.set(client, account);
    } else {
      this.#unlink(account);
    }
    this.#append(account);
    return account;
  }

  /**
   * To be called when a client gave back what it held: drops the account if nothing is left in it, or if the book had to
   * grow for those who held something.
   */
  settle(account: ClientAccount): void {
    if (account.isBlank) this.#drop(account);
    else if (!account.isHolding && this.#accounts.size > this.maxClients) {
      this.#forgotten += 1;
      this.#drop(account);
    }
  }

  #dropBlanks(): void {
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      const oldest = this.#oldest;
      if (oldest === undefined) return;
      if (oldest.isHolding) this.#moveToEnd(oldest);
      else if (oldest.isBlank) this.#drop(oldest);
      else return;
    }
  }

  #forgetOne(): void {
    for (let looked = this.#accounts.size; looked > 0; looked -= 1) {
      const oldest = this.#oldest;
      if (oldest === undefined) return;
      if (!oldest.isHolding) {
        this.#forgotten += oldest.isBlank ? 0 : 1;
        this.#drop(oldest);
        return;
      }
      this.#moveToEnd(oldest);
    }
  }

  #moveToEnd(account: ClientAccount): void {
    this.#unlink(account);
    this.#append(account);
  }

  #drop(account: ClientAccount): void {
    if (this.#accounts.get(account.client) !== account) return;
    this.#accounts.delete(account.client);
    this.#unlink(account);
  }

  #append(account: ClientAccount): void {
    account.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = account;
    else this.#newest.newer = account;
    this.#newest = account;
  }

  #unlink(account: ClientAccount): void {
    const { older, newer } = account;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    account.older = undefined;
    account.newer = undefined;
  }
}

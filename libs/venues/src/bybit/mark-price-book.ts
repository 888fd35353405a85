import { type DecimalString, type InstrumentLookup } from '@orderfox/domain';

/** A mark older than this says too little about the moment of a liquidation. */
export const MARK_MAX_AGE_MS = 60_000;

interface Mark {
  readonly price: DecimalString;
  readonly receivedTimeMs: number;
}

/**
 * The newest mark price of each contract, in the venue's own unit, in memory only. Holds no contract that is not in
 * the catalogue, so it cannot outgrow that.
 */
export class MarkPriceBook {
  readonly #marks = new Map<string, Mark>();

  constructor(private readonly instruments: InstrumentLookup) {}

  /** Keeps a price, unless the contract is not in the catalogue: then false. */
  set(venueSymbol: string, price: DecimalString, receivedTimeMs: number): boolean {
    if (this.instruments.get(venueSymbol) === undefined) return false;
    if (!this.#marks.has(venueSymbol)) this.#forgetDelisted();
    this.#marks.set(venueSymbol, { price, receivedTimeMs });
    return true;
  }

  /** The mark at a time, or undefined where none younger than a minute is known. */
  at(venueSymbol: string, receivedTimeMs: number): DecimalString | undefined {
    const mark = this.#marks.get(venueSymbol);
    // Absolute, because the clock may be set back between the two.
    return mark !== undefined && Math.abs(receivedTimeMs - mark.receivedTimeMs) < MARK_MAX_AGE_MS
      ? mark.price
      : undefined;
  }

  /** How many prices are held. */
  get size(): number {
    return this.#marks.size;
  }

  #forgetDelisted(): void {
    if (this.#marks.size < this.instruments.all().length) return;
    for (const symbol of this.#marks.keys()) {
      if (this.instruments.get(symbol) === undefined) this.#marks.delete(symbol);
    }
  }
}

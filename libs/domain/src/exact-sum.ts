/**
 * A sum of products of whole numbers, exact however large it gets: as a double while that holds it, beyond that as a big
 * integer. A minute of trades added up in doubles of dollars differs from the truth in most minutes.
 */
export class ExactSum {
  #small = 0;
  #large = 0n;

  /** Adds a x b; both are whole numbers below 2^53 and not negative. */
  add(a: number, b: number): void {
    const product = a * b;
    if (product > Number.MAX_SAFE_INTEGER) {
      this.#large += BigInt(a) * BigInt(b);
      return;
    }
    const sum = this.#small + product;
    if (sum > Number.MAX_SAFE_INTEGER) {
      this.#large += BigInt(this.#small) + BigInt(product);
      this.#small = 0;
    } else {
      this.#small = sum;
    }
  }

  /** Multiplies the sum by a whole number, where its unit becomes finer. */
  multiply(factor: number): void {
    this.#large = this.value * BigInt(factor);
    this.#small = 0;
  }

  get value(): bigint {
    return this.#large + BigInt(this.#small);
  }
}

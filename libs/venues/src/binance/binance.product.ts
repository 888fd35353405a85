import { describeValue, NormalizeError } from '../normalize-error.js';

/** USD-M in the field `st`; 2 is COIN-M, whose quantities are contracts of 10 or 100 dollars. */
const USD_M = 1;

/**
 * Throws an OTHER_PRODUCT refusal for what is not USD-M. Where `st` is absent, as before 2026-06-30, the catalogue
 * decides: COIN-M contracts are not in it.
 */
export function requireUsdM(product: unknown): void {
  if (product !== undefined && product !== USD_M) {
    throw new NormalizeError('OTHER_PRODUCT', `st is ${describeValue(product)}`);
  }
}

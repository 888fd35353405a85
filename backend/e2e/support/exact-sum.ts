/** Places after the point that every product of the recordings fits into. */
const PLACES = 24;

/** Text of a decimal as an integer of 10^-24: arithmetic of its own, so that the product's is not checked by itself. */
export function units(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  if (fraction.length > PLACES) throw new Error(`${text} has more than ${PLACES.toString()} places`);
  return BigInt(whole + fraction.padEnd(PLACES, '0'));
}

/** quantity x price in the same unit, exact; throws when it would not be. */
export function product(quantity: string, price: string): bigint {
  const raw = units(quantity) * units(price);
  const scale = 10n ** BigInt(PLACES);
  if (raw % scale !== 0n) throw new Error(`${quantity} x ${price} does not fit`);
  return raw / scale;
}

/** The sum of decimal texts, exact. */
export function sum(texts: Iterable<string>): bigint {
  let total = 0n;
  for (const text of texts) total += units(text);
  return total;
}

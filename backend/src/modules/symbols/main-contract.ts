import { type Instrument } from '@orderfox/domain';

/** Of several contracts of a market at one venue, the one that says most of its price: trading, without expiry, plain. */
export function mainContract(contracts: readonly Instrument[]): Instrument | undefined {
  const rank = ({ trading, contractType, sizeUnit, multiplierPower }: Instrument) =>
    (trading ? 0 : 1_000) +
    (contractType === 'PERPETUAL' ? 0 : 100) +
    (sizeUnit === 'INVERSE_CONTRACTS' ? 50 : 0) +
    multiplierPower;
  return contracts.toSorted((a, b) => rank(a) - rank(b))[0];
}

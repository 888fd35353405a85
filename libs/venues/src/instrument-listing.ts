import {
  isDecimal,
  isPositive,
  parseDecimal,
  shiftDecimal,
  splitCoinMultiple,
  type DecimalString,
  type Instrument,
  type SizeUnit,
  type VenueId,
} from '@orderfox/domain';
import { jsonExcerpt } from './json-text.js';
import { unreadableAnswer } from './rest-answer.js';
import { isVenueSymbol } from './venue-symbol.js';
import { isRecord } from './wire-row.js';

/** One contract as its venue lists it: names and steps in the venue's own units, nothing checked. */
export interface Listing {
  readonly venueSymbol: unknown;
  readonly baseAsset: unknown;
  readonly quoteAsset: unknown;
  readonly contractType: Instrument['contractType'];
  readonly trading: boolean;
  readonly sizeUnit: SizeUnit;
  /** Units of the base asset (linear) or dollars (inverse) in one contract; required unless the unit is BASE. */
  readonly contractSize?: DecimalString | undefined;
  readonly tickSize: unknown;
  /** In units of the base asset. */
  readonly quantityStep?: DecimalString | undefined;
}

/** A step or size of a catalogue: text above zero, or undefined. */
export function listedDecimal(value: unknown): DecimalString | undefined {
  const amount = listedAmount(value);
  return amount === '0' ? undefined : amount;
}

/** A volume: text that is zero or above, or undefined where the venue has none. */
export function listedAmount(value: unknown): DecimalString | undefined {
  if (typeof value !== 'string' || value.length > 40 || !isDecimal(value)) return undefined;
  const decimal = parseDecimal(value);
  return isPositive(decimal) || decimal === '0' ? decimal : undefined;
}

/**
 * Reads the rows of a venue's catalogue. A row that cannot be read is left out and told to `onUnreadable`; when
 * there are rows and none can be read, the venue's format has changed: throws VenueError (`UNREADABLE`).
 */
export function readListings(
  venue: VenueId,
  rows: readonly unknown[],
  read: (row: Readonly<Record<string, unknown>>) => Listing,
  onUnreadable: (problem: string) => void = () => undefined,
): readonly Instrument[] {
  const instruments = new Map<string, Instrument>();
  for (const row of rows) {
    const instrument = isRecord(row) ? toInstrument(venue, read(row)) : undefined;
    if (instrument !== undefined) instruments.set(instrument.venueSymbol, instrument);
    else onUnreadable(`${venue} lists a contract that cannot be read: ${jsonExcerpt(row, 120)}`);
  }
  if (instruments.size === 0 && rows.length > 0) throw unreadableAnswer(`${venue} catalogue`);
  return [...instruments.values()];
}

function toInstrument(venue: VenueId, listing: Listing): Instrument | undefined {
  const { venueSymbol, baseAsset, quoteAsset, contractSize, quantityStep, sizeUnit } = listing;
  const tickSize = listedDecimal(listing.tickSize);
  if (!isName(venueSymbol) || !isName(baseAsset) || !isName(quoteAsset) || tickSize === undefined)
    return undefined;
  if (sizeUnit !== 'BASE' && contractSize === undefined) return undefined;
  const { coin, power } = splitCoinMultiple(baseAsset.toUpperCase());
  const quote = quoteAsset.toUpperCase();
  // A linear contract holds coins, which a multiple multiplies; an inverse one holds dollars, which it does not.
  const sizePower = sizeUnit === 'LINEAR_CONTRACTS' ? power : 0;
  return {
    venue,
    venueSymbol,
    symbol: `${coin}${quote}`,
    baseAsset: coin,
    quoteAsset: quote,
    contractType: listing.contractType,
    trading: listing.trading,
    sizeUnit,
    ...(sizeUnit !== 'BASE' && contractSize && { contractSize: shiftDecimal(contractSize, sizePower) }),
    multiplierPower: power,
    tickSize: shiftDecimal(tickSize, -power),
    ...(quantityStep && { quantityStep: shiftDecimal(quantityStep, power) }),
  };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && isVenueSymbol(value);
}

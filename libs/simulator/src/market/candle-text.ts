import { onGrid, placesOf, type Listing } from '../catalog/listing.js';
import type { SimulatedCandle } from './candle-book.js';

/** A candle's numbers in the texts that a venue sends. */
export interface CandleTexts {
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  /** In the unit the venue counts orders in: coins, multiples of coins, contracts. */
  readonly size: string;
  /** In the base asset as the venue names it. */
  readonly coins: string;
  readonly turnover: string;
}

/** Writes a candle on the grids of its contract. */
export function candleTexts(listing: Listing, candle: SimulatedCandle): CandleTexts {
  const price = (value: number) => onGrid(value, listing.tickSize);
  const step = Number(listing.quantityStep);
  const size = candle.steps * step;
  const turnover = candle.cents / 100;
  const contractSize = Number(listing.contractSize ?? 1);
  const places = placesOf(listing.quantityStep) + placesOf(listing.contractSize ?? '1');
  return {
    open: price(candle.open),
    high: price(candle.high),
    low: price(candle.low),
    close: price(candle.close),
    size: size.toFixed(placesOf(listing.quantityStep)),
    coins:
      listing.sizeUnit === 'INVERSE_CONTRACTS'
        ? (turnover / candle.close).toFixed(4)
        : (size * contractSize).toFixed(places),
    turnover: turnover.toFixed(2),
  };
}

import { type CompatQuestion } from './compat-answers.js';
import { FixedOperation } from './fixed-operation.js';

/** The market of which earlier terminals showed open interest, and the venue that they asked. */
const USUAL_SYMBOL = 'SOLUSDT';
const USUAL_VENUE = 'bybit';

const HISTORY = new FixedOperation(`query($symbol: ID!, $hours: Int, $venue: ID) {
  points: openInterestHistory(symbol: $symbol, hours: $hours, venue: $venue) {
    symbol venue timestamp openInterest openInterestUsd openInterestUsdFormatted priceUsed isAfterGap
  }
}`);

interface Point {
  readonly symbol: string;
  readonly venue: string;
  readonly timestamp: number;
  readonly openInterest: string;
  readonly openInterestUsd: string | null;
  readonly openInterestUsdFormatted: string | null;
  readonly priceUsed: string | null;
  readonly isAfterGap: boolean;
}

/** Which open interest is asked for, as the client said it. */
export interface OpenInterestRowsRequest {
  readonly symbol: string | null;
  readonly hours: number | null;
  readonly venue: string | null;
}

/**
 * Open interest of the last hours at one venue, ascending: of Bybit unless another is named or it has none. Dollars are a
 * number, for drawing, as they always were; the exact ones stand beside it.
 */
export function openInterestRows(
  { symbol, hours, venue }: OpenInterestRowsRequest,
  nameOf: (symbol: string) => string,
): CompatQuestion {
  const wanted = symbol ?? USUAL_SYMBOL;
  return {
    operation: HISTORY,
    variables: { symbol: wanted, venue, ...(hours !== null && { hours }) },
    write: ({ points }) => {
      const all = points as readonly Point[];
      const usual = all.find((point) => point.venue === USUAL_VENUE) ?? all[0];
      const shown = venue ?? usual?.venue ?? USUAL_VENUE;
      return {
        symbol: nameOf(wanted),
        venue: shown,
        hours: hours ?? 24,
        data: all.filter((point) => point.venue === shown).map(rowOf),
      };
    },
  };
}

function rowOf({ timestamp, openInterest, openInterestUsd, ...point }: Point) {
  return {
    timestamp,
    oi_notional: openInterestUsd === null ? null : Number(openInterestUsd),
    oi_notional_exact: openInterestUsd,
    oi_notional_formatted: point.openInterestUsdFormatted,
    oi: openInterest,
    price_used: point.priceUsed,
    is_after_gap: point.isAfterGap,
  };
}

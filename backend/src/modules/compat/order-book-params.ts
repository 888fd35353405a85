import { isDecimal, isPositive, parseDecimal, type DecimalString } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';

/** What a socket of order books is asked for; what is undefined is left to the server. */
export interface BookWish {
  readonly symbol: string;
  readonly limit: number | undefined;
  readonly rounding: DecimalString | undefined;
}

/** The wish in an address. Throws ApiError BAD_USER_INPUT. */
export function readBookWish(search: URLSearchParams): BookWish {
  const symbol = search.get('symbol') ?? '';
  if (symbol === '') throw badInput('symbol', 'say which market, such as ?symbol=BTCUSDT');
  return { symbol, limit: readLimit(search.get('limit')), rounding: readRounding(search.get('rounding')) };
}

/** The wish as a message changes it: what it does not name stays. Throws ApiError BAD_USER_INPUT. */
export function changedWish(wish: BookWish, message: Readonly<Record<string, unknown>>): BookWish {
  const { limit, rounding } = message;
  return {
    symbol: wish.symbol,
    limit: limit === undefined ? wish.limit : readLimit(limit),
    rounding: rounding === undefined ? wish.rounding : readRounding(rounding),
  };
}

function readLimit(given: unknown): number | undefined {
  if (given === null) return undefined;
  const limit = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1) return limit;
  throw badInput('limit', 'must be a whole number of price levels, 1 or more');
}

/** A number is taken as it is written: `0.1` is a tenth. */
function readRounding(given: unknown): DecimalString | undefined {
  if (given === null) return undefined;
  const text = typeof given === 'number' ? String(given) : given;
  if (typeof text === 'string' && text.length <= 40 && isDecimal(text)) {
    const rounding = parseDecimal(text);
    if (isPositive(rounding)) return rounding;
  }
  throw badInput('rounding', 'must be a positive number, a multiple of the tick size');
}

function badInput(argument: string, problem: string): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}

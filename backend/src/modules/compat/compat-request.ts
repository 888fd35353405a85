import { InvalidTimeframeError, parseTimeframe, type Timeframe } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';

/** Largest distance from 1970 that a date can have, in ms (ECMAScript, Time Values). */
const LARGEST_MS = 8.64e15;

/** Letters of a name. */
const MAX_NAME = 64;

/** Pixels of a chart of which nothing is said. */
const USUAL_WIDTH = 800;

/** A timeframe in an address. Throws ApiError BAD_USER_INPUT. */
export function readTimeframe(given: unknown): Timeframe {
  if (typeof given !== 'string') throw badInput('timeframe', 'say it once, such as 1m, 4h or 1d');
  try {
    return parseTimeframe(given);
  } catch (error) {
    if (error instanceof InvalidTimeframeError) throw badInput('timeframe', error.message);
    throw error;
  }
}

/** A number of milliseconds in an address; null where it is left out. Throws ApiError BAD_USER_INPUT. */
export function readTime(argument: string, given: unknown): number | null {
  if (given === undefined) return null;
  const isWhole = typeof given === 'string' && /^-?\d{1,16}$/.test(given);
  const timeMs = Number(given);
  if (isWhole && Math.abs(timeMs) <= LARGEST_MS) return timeMs;
  throw badInput(argument, 'must be whole milliseconds since 1970-01-01 UTC, once, such as 1700000000000');
}

/** Both ends of a range in an address. Throws ApiError BAD_USER_INPUT. */
export function readRange(
  start: unknown,
  end: unknown,
): { readonly start: number | null; readonly end: number | null } {
  const range = { start: readTime('start', start), end: readTime('end', end) };
  if (range.start !== null && range.end !== null && range.start > range.end) {
    throw badInput('start', 'must not be after end');
  }
  return range;
}

/** A number of hours in an address; null where it is left out. Throws ApiError BAD_USER_INPUT. */
export function readHours(given: unknown): number | null {
  if (given === undefined) return null;
  if (typeof given === 'string' && /^\d{1,9}$/.test(given)) return Number(given);
  throw badInput('hours', 'must be a whole number of hours, once, such as 24');
}

/** A name in an address; null where it is left out. Throws ApiError BAD_USER_INPUT. */
export function readName(argument: string, given: unknown): string | null {
  if (given === undefined) return null;
  if (typeof given === 'string' && given !== '' && given.length <= MAX_NAME) return given;
  throw badInput(argument, `must be one name of at most ${MAX_NAME} characters`);
}

/** The width of a chart in an address, in pixels; a usual one where it is left out. Throws ApiError BAD_USER_INPUT. */
export function readWidth(given: string | null): number {
  if (given === null) return USUAL_WIDTH;
  if (/^\d{1,6}(\.\d{1,6})?$/.test(given)) return Number(given);
  throw badInput('container_width', 'must be a number of pixels, such as 800');
}

function badInput(argument: string, problem: string): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}

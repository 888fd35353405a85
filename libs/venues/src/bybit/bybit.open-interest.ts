import { compareDecimals, type Instrument } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
import { NormalizeError } from '../normalize-error.js';
import { readIfSaid, toOpenInterest } from '../open-interest-row.js';
import { readSeries, readWanted, UNHEARD, type OnProblem } from '../readings.js';
import { listIn, unreadableAnswer } from '../rest-answer.js';
import { fieldOf, readPages } from '../rest-pages.js';
import { type VenueRoots } from '../venue-adapter.js';
import {
  type OpenInterestReading,
  type OpenInterestRequest,
  type VenueOpenInterest,
} from '../venue-open-interest.js';
import { isRecord, readAmount, readRecord, type Unchecked } from '../wire-row.js';
import { type BybitOpenInterest, type BybitTicker } from './bybit.messages.js';
import { askBybit, nextCursor } from './bybit.symbols.js';
import { askTickers } from './bybit.tickers.js';

const HISTORY = 'bybit open-interest';
const PAGE_ROWS = 200;
/** No end is documented; more than a month is never needed. */
const HISTORY_HOURS = 30 * 24;
/** Two buckets and a little: the newest one is always among them. */
const NEWEST_MS = 11 * 60_000;

/**
 * Open interest of Bybit linear contracts. Source: Bybit v5 pages "Get Tickers" and "Get Open Interest", read 2026-07.
 * `openInterest` counts longs and shorts; `singleOpenInterest` counts one side, rounded to the contract's step, and where
 * it is missing half of the other is taken and said to be so. Tickers have all contracts as they are now; `open-interest`
 * has one, every five minutes: it gives the past, and stands in for a ticker that has no open interest.
 */
export const bybitOpenInterest: VenueOpenInterest = {
  servesAll: true,
  async current(http, roots, instruments, nowMs, onProblem = UNHEARD) {
    if (instruments.length === 0) return [];
    const { rows, timeMs } = await askTickers(http, roots.rest, instruments);
    const silent = new Set(rows.filter(isSilent).map(({ symbol }) => symbol));
    const isSaid = ({ venueSymbol }: Instrument) => !silent.has(venueSymbol);
    const said = readWanted(
      rows,
      { what: 'bybit tickers', instruments: instruments.filter(isSaid), symbolField: 'symbol' },
      (row: Unchecked<BybitTicker>, instrument) => readTicker(row, timeMs, instrument, nowMs),
      onProblem,
    );
    const unsaid = instruments.filter((instrument) => !isSaid(instrument));
    const stoodIn = await Promise.all(
      unsaid.map((instrument) => newestOf(http, roots, instrument, nowMs, onProblem)),
    );
    return [...said, ...stoodIn.flat()];
  },
  history: {
    maxHours: HISTORY_HOURS,
    list: (http, roots, request, onProblem = UNHEARD) => list(http, roots, request, onProblem),
  },
};

async function list(
  http: JsonFetch,
  roots: VenueRoots,
  { instrument, fromMs, toMs, nowMs }: OpenInterestRequest,
  onProblem: OnProblem,
): Promise<readonly OpenInterestReading[]> {
  const earliestMs = Math.max(fromMs, nowMs - HISTORY_HOURS * 3_600_000);
  const symbol = encodeURIComponent(instrument.venueSymbol);
  const query = `category=linear&symbol=${symbol}&intervalTime=5min&startTime=${earliestMs}&endTime=${toMs - 1}&limit=${PAGE_ROWS}`;
  const rows = await readPages(HISTORY, '', async (cursor) => {
    const at = cursor === '' ? '' : `&cursor=${cursor}`;
    const body = await askBybit(http, roots.rest, `/v5/market/open-interest?${query}${at}`);
    const named = fieldOf(fieldOf(body, 'result'), 'symbol');
    if (named !== undefined && named !== instrument.venueSymbol)
      throw unreadableAnswer(`${HISTORY} ${symbol}`);
    const page = listIn(body, HISTORY, 'result', 'list');
    const next = page.length === 0 ? '' : nextCursor(body);
    return { rows: page, ...(next !== '' && next !== cursor && { next }) };
  });
  const series = { what: `${HISTORY} ${instrument.venueSymbol}`, fromMs, toMs };
  return readSeries(rows, series, (row) => readPast(row, instrument, nowMs), onProblem);
}

/** The newest of the five minutes' readings, for a contract whose ticker says nothing. */
async function newestOf(
  http: JsonFetch,
  roots: VenueRoots,
  instrument: Instrument,
  nowMs: number,
  onProblem: OnProblem,
): Promise<readonly OpenInterestReading[]> {
  const request = { instrument, fromMs: nowMs - NEWEST_MS, toMs: nowMs + 1, nowMs };
  const newest = (await list(http, roots, request, onProblem)).slice(-1);
  if (newest.length === 0) onProblem(`${HISTORY}: there is no row of ${instrument.venueSymbol}`);
  return newest;
}

function isSilent(row: unknown): row is Unchecked<BybitTicker> {
  if (!isRecord(row)) return false;
  const { openInterest, singleOpenInterest }: Unchecked<BybitTicker> = row;
  return [openInterest, singleOpenInterest].every((said) => said === undefined || said === '');
}

function readTicker(
  row: Unchecked<BybitTicker>,
  timeMs: unknown,
  instrument: Instrument,
  nowMs: number,
): OpenInterestReading {
  const both = { size: row.openInterest, value: row.openInterestValue };
  const one = { size: row.singleOpenInterest, value: row.singleOpenInterestValue };
  return toReading({ both, one, timeMs }, instrument, nowMs);
}

function readPast(value: unknown, instrument: Instrument, nowMs: number): OpenInterestReading {
  const row: Unchecked<BybitOpenInterest> = readRecord(value, 'a row');
  const [both, one] = [{ size: row.openInterest }, { size: row.singleOpenInterest }];
  return toReading({ both, one, timeMs: row.timestamp }, instrument, nowMs);
}

interface Sides {
  readonly size: unknown;
  readonly value?: unknown;
}

function toReading(
  { both, one, timeMs }: { readonly both: Sides; readonly one: Sides; readonly timeMs: unknown },
  instrument: Instrument,
  nowMs: number,
): OpenInterestReading {
  const single = readIfSaid(one.size, 'singleOpenInterest');
  if (single === undefined) {
    const size = readAmount(both.size, 'openInterest');
    const value = readIfSaid(both.value, 'openInterestValue');
    return toOpenInterest({ timeMs, size, value, isHalved: true }, instrument, nowMs);
  }
  const sum = readIfSaid(both.size, 'openInterest');
  if (sum !== undefined && compareDecimals(single, sum) > 0) {
    throw new NormalizeError('BAD_NUMBER', `one side is ${single} and both are ${sum}`);
  }
  const value = readIfSaid(one.value, 'singleOpenInterestValue');
  return toOpenInterest({ timeMs, size: single, value }, instrument, nowMs);
}

import { type Instrument } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
import {
  intervalOfHours,
  LONGEST_INTERVAL_MS,
  readNextFunding,
  readSettled,
  toEstimate,
  type SettledRow,
} from '../funding-row.js';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { readWanted, UNHEARD } from '../readings.js';
import { listIn } from '../rest-answer.js';
import { fieldOf, oldestBefore, readPages } from '../rest-pages.js';
import { findRunningIntervals } from '../running-interval.js';
import { type VenueRoots } from '../venue-adapter.js';
import { type VenueFunding } from '../venue-funding.js';
import { readRecord, readTimeMs, type Unchecked } from '../wire-row.js';
import { type BybitSettledRate, type BybitTicker } from './bybit.messages.js';
import { askBybit } from './bybit.symbols.js';
import { askTickers } from './bybit.tickers.js';

const HISTORY = 'bybit funding/history';
const PAGE_ROWS = 200;

/**
 * Funding of Bybit linear contracts. Source: Bybit v5 pages "Get Tickers" and "Get Funding Rate History" (whose address is
 * `funding/history`, whatever the page is called), read 2026-07. The former is the running estimate of all contracts, the
 * latter has what was charged; `startTime` without `endTime` is an error there.
 */
export const bybitFunding: VenueFunding = {
  servesAll: true,
  async current(http, roots, instruments, nowMs, onProblem = UNHEARD) {
    const perpetuals = instruments.filter(({ contractType }) => contractType === 'PERPETUAL');
    if (perpetuals.length === 0) return [];
    const { rows, timeMs } = await askTickers(http, roots.rest, perpetuals);
    const nextOf = (row: Unchecked<BybitTicker>) =>
      readNextFunding(row.nextFundingTime, 'nextFundingTime', nowMs);
    const wanted = { what: 'bybit tickers', instruments: perpetuals, symbolField: 'symbol' };
    const running = await findRunningIntervals({
      ...wanted,
      rows,
      nowMs,
      onProblem,
      read: (row: Unchecked<BybitTicker>) => ({
        statedMs: intervalOfHours(row.fundingIntervalHour),
        nextFundingMs: nextOf(row),
        timeMs: readTimeMs(timeMs, 'time', nowMs),
      }),
      lastSettlement: (instrument) => lastSettlement(http, roots, instrument),
    });
    return readWanted(
      rows,
      wanted,
      (row: Unchecked<BybitTicker>, instrument) =>
        toEstimate(
          {
            timeMs,
            rate: row.fundingRate,
            nextFundingMs: nextOf(row),
            intervalMs: running.get(instrument.venueSymbol),
          },
          instrument,
          nowMs,
        ),
      onProblem,
    );
  },
  history: {
    async list(http, roots, request, onProblem = UNHEARD) {
      const { instrument, fromMs, toMs } = request;
      if (instrument.contractType === 'DATED') return [];
      const beginMs = fromMs - LONGEST_INTERVAL_MS;
      const rows = await readPages(HISTORY, toMs, async (beforeMs) => {
        const query = `${queryOf(instrument)}&startTime=${beginMs}&endTime=${beforeMs - 1}&limit=${PAGE_ROWS}`;
        const page = await askHistory(http, roots, query);
        const oldest = page.length < PAGE_ROWS ? undefined : oldestBefore(page, settledAt, beforeMs);
        return { rows: page, ...(oldest !== undefined && oldest > beginMs && { next: oldest }) };
      });
      const what = `${HISTORY} ${instrument.venueSymbol}`;
      return readSettled(
        [...rows].reverse(),
        what,
        request,
        (row) => readCharged(row, instrument),
        onProblem,
      );
    },
  },
};

function queryOf({ venueSymbol }: Instrument): string {
  return `category=linear&symbol=${encodeURIComponent(venueSymbol)}`;
}

async function askHistory(http: JsonFetch, roots: VenueRoots, query: string): Promise<readonly unknown[]> {
  const body = await askBybit(http, roots.rest, `/v5/market/funding/history?${query}`);
  return listIn(body, HISTORY, 'result', 'list');
}

async function lastSettlement(http: JsonFetch, roots: VenueRoots, instrument: Instrument): Promise<unknown> {
  return settledAt((await askHistory(http, roots, `${queryOf(instrument)}&limit=1`)).at(0));
}

function settledAt(row: unknown): unknown {
  return fieldOf(row, 'fundingRateTimestamp');
}

function readCharged(value: unknown, instrument: Instrument): SettledRow {
  const row: Unchecked<BybitSettledRate> = readRecord(value, 'a row');
  if (row.symbol !== instrument.venueSymbol) {
    throw new NormalizeError('MALFORMED', `a row of ${describeValue(row.symbol)}`);
  }
  return { timeMs: row.fundingRateTimestamp, rate: row.fundingRate };
}

import { type Instrument } from '@orderfox/domain';
import {
  isInterval,
  LONGEST_INTERVAL_MS,
  readNextFunding,
  readSettled,
  readSettlement,
  toEstimate,
  type SettledRow,
} from '../funding-row.js';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { readWanted, UNHEARD } from '../readings.js';
import { fieldOf, oldestBefore, readPages } from '../rest-pages.js';
import { type VenueFunding } from '../venue-funding.js';
import { readRecord, type Unchecked } from '../wire-row.js';
import { type OkxFundingRate, type OkxSettledRate } from './okx.messages.js';
import { askOkx } from './okx.rest.js';

const HISTORY = 'okx funding-rate-history';
const PAGE_ROWS = 100;

/**
 * Funding of OKX swaps. Source: OKX API pages "Get funding rate" and "Get funding rate history", read 2026-08; both have
 * 10 requests in two seconds, and `instId=ANY` gives the rates of all swaps at once.
 */
export const okxFunding: VenueFunding = {
  points: 2,
  servesAll: true,
  async current(http, roots, instruments, nowMs, onProblem = UNHEARD) {
    const perpetuals = instruments.filter(({ contractType }) => contractType === 'PERPETUAL');
    const [only] = perpetuals;
    if (only === undefined) return [];
    const instId = perpetuals.length === 1 ? encodeURIComponent(only.venueSymbol) : 'ANY';
    const rows = await askOkx(http, roots.rest, `/api/v5/public/funding-rate?instId=${instId}`);
    return readWanted(
      rows,
      { what: 'okx funding-rate', instruments: perpetuals, symbolField: 'instId' },
      (row: Unchecked<OkxFundingRate>, instrument) => {
        const nextFundingMs = readNextFunding(row.fundingTime, 'fundingTime', nowMs);
        const intervalMs = runningInterval(row, nextFundingMs, nowMs);
        return toEstimate(
          { timeMs: row.ts, rate: row.fundingRate, nextFundingMs, intervalMs },
          instrument,
          nowMs,
        );
      },
      onProblem,
    );
  },
  history: {
    points: 2,
    async list(http, roots, request, onProblem = UNHEARD) {
      const { instrument, fromMs, toMs } = request;
      if (instrument.contractType === 'DATED') return [];
      const symbol = encodeURIComponent(instrument.venueSymbol);
      const beginMs = fromMs - LONGEST_INTERVAL_MS;
      const rows = await readPages(HISTORY, toMs, async (afterMs) => {
        // `after` means older than.
        const query = `instId=${symbol}&after=${afterMs}&limit=${PAGE_ROWS}`;
        const page = await askOkx(http, roots.rest, `/api/v5/public/funding-rate-history?${query}`);
        const oldest =
          page.length < PAGE_ROWS
            ? undefined
            : oldestBefore(page, (row) => fieldOf(row, 'fundingTime'), afterMs);
        return { rows: page, ...(oldest !== undefined && oldest > beginMs && { next: oldest }) };
      });
      const what = `${HISTORY} ${instrument.venueSymbol}`;
      return readSettled(
        [...rows].reverse(),
        what,
        request,
        (row) => readRealised(row, instrument),
        onProblem,
      );
    },
  },
};

/**
 * From the settlement before the next to the next, where the venue says the former; else from the next to the one after,
 * which is the interval that follows: the same but where the venue is about to change it.
 */
function runningInterval(row: Unchecked<OkxFundingRate>, nextFundingMs: number, nowMs: number): number {
  const said = row.prevFundingTime;
  if (said !== undefined && said !== '' && said !== '0') {
    const runningMs = nextFundingMs - readSettlement(said, 'prevFundingTime', nowMs);
    if (isInterval(runningMs)) return runningMs;
  }
  const followingMs = readNextFunding(row.nextFundingTime, 'nextFundingTime', nextFundingMs) - nextFundingMs;
  if (isInterval(followingMs)) return followingMs;
  throw new NormalizeError('BAD_TIME', `the interval is ${followingMs} ms`);
}

function readRealised(value: unknown, instrument: Instrument): SettledRow {
  const row: Unchecked<OkxSettledRate> = readRecord(value, 'a row');
  if (row.instId !== instrument.venueSymbol) {
    throw new NormalizeError('MALFORMED', `a row of ${describeValue(row.instId)}`);
  }
  return { timeMs: row.fundingTime, rate: row.realizedRate };
}

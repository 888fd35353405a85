import { type Instrument } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
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
import { attempt, findRunningIntervals } from '../running-interval.js';
import { type VenueRoots } from '../venue-adapter.js';
import { type VenueFunding } from '../venue-funding.js';
import { readRecord, readTimeMs, type Unchecked } from '../wire-row.js';
import { type OkxFundingRate, type OkxSettledRate } from './okx.messages.js';
import { askOkx } from './okx.rest.js';

const HISTORY = 'okx funding-rate-history';
const PAGE_ROWS = 100;

/**
 * Funding of OKX swaps. Source: OKX API pages "Get funding rate" and "Get funding rate history", read 2026-08; both have
 * 10 requests in two seconds, and `instId=ANY` gives the rates of all swaps at once.
 */
export const okxFunding: VenueFunding = {
  servesAll: true,
  async current(http, roots, instruments, nowMs, onProblem = UNHEARD) {
    const perpetuals = instruments.filter(({ contractType }) => contractType === 'PERPETUAL');
    const [only] = perpetuals;
    if (only === undefined) return [];
    const instId = perpetuals.length === 1 ? encodeURIComponent(only.venueSymbol) : 'ANY';
    const rows = await askOkx(http, roots.rest, `/api/v5/public/funding-rate?instId=${instId}`);
    const nextOf = (row: Unchecked<OkxFundingRate>) => readNextFunding(row.fundingTime, 'fundingTime', nowMs);
    const wanted = { what: 'okx funding-rate', instruments: perpetuals, symbolField: 'instId' };
    const running = await findRunningIntervals({
      ...wanted,
      rows,
      nowMs,
      onProblem,
      read: (row: Unchecked<OkxFundingRate>) => ({
        statedMs: statedInterval(row, nextOf(row), nowMs),
        nextFundingMs: nextOf(row),
        timeMs: readTimeMs(row.ts, 'ts', nowMs),
      }),
      lastSettlement: (instrument) => lastSettlement(http, roots, instrument),
    });
    return readWanted(
      rows,
      wanted,
      (row: Unchecked<OkxFundingRate>, instrument) =>
        toEstimate(
          {
            timeMs: row.ts,
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
 * which is the interval that follows: the same but where the venue is about to change it. Undefined where neither is one.
 */
function statedInterval(
  row: Unchecked<OkxFundingRate>,
  nextFundingMs: number,
  nowMs: number,
): number | undefined {
  const lengths = [
    () => nextFundingMs - readSettlement(row.prevFundingTime, 'prevFundingTime', nowMs),
    () => readNextFunding(row.nextFundingTime, 'nextFundingTime', nextFundingMs) - nextFundingMs,
  ];
  return lengths.map((length) => attempt(length) ?? 0).find(isInterval);
}

async function lastSettlement(http: JsonFetch, roots: VenueRoots, { venueSymbol }: Instrument) {
  const path = `/api/v5/public/funding-rate-history?instId=${encodeURIComponent(venueSymbol)}&limit=1`;
  return fieldOf((await askOkx(http, roots.rest, path)).at(0), 'fundingTime');
}

function readRealised(value: unknown, instrument: Instrument): SettledRow {
  const row: Unchecked<OkxSettledRate> = readRecord(value, 'a row');
  if (row.instId !== instrument.venueSymbol) {
    throw new NormalizeError('MALFORMED', `a row of ${describeValue(row.instId)}`);
  }
  return { timeMs: row.fundingTime, rate: row.realizedRate };
}

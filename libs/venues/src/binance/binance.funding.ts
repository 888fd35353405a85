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
import { fieldOf, readPages } from '../rest-pages.js';
import { findRunningIntervals } from '../running-interval.js';
import { joinAddress } from '../venue-address.js';
import { type VenueRoots } from '../venue-adapter.js';
import { type VenueFunding } from '../venue-funding.js';
import { isRecord, readRecord, readTimeMs, type Unchecked } from '../wire-row.js';
import { type ChargedRate, type FundingInfo, type PremiumIndex } from './binance.messages.js';
import { requireLiveBinance } from './binance.routes.js';

const WHAT = 'binance premiumIndex';
const HISTORY = 'binance fundingRate';
const INFO = 'binance fundingInfo';
const PAGE_ROWS = 1_000;
/** Of symbols that `fundingInfo` does not have. */
const USUAL_INTERVAL_MS = 8 * 3_600_000;

/**
 * Funding of Binance USD-M. Source: Binance developer pages "Mark Price", "Get Funding Rate Info" and "Get Funding Rate
 * History", read 2026-10. `premiumIndex` costs 10 for all symbols, 1 for one; `fundingInfo` and `fundingRate` have 500
 * requests in five minutes together.
 */
export const binanceFunding: VenueFunding = {
  servesAll: true,
  async current(http, roots, instruments, nowMs, onProblem = UNHEARD) {
    requireLiveBinance(roots.rest);
    const perpetuals = instruments.filter(({ contractType }) => contractType === 'PERPETUAL');
    const [only] = perpetuals;
    if (only === undefined) return [];
    const query = perpetuals.length === 1 ? `?symbol=${encodeURIComponent(only.venueSymbol)}` : '';
    const [body, infos] = await Promise.all([
      http(joinAddress(roots.rest, `/fapi/v1/premiumIndex${query}`)),
      http(joinAddress(roots.rest, '/fapi/v1/fundingInfo')),
    ]);
    const rows = isRecord(body) ? [body] : listIn(body, WHAT);
    const stated = statedIntervals(listIn(infos, INFO));
    const nextOf = (row: Unchecked<PremiumIndex>) =>
      readNextFunding(row.nextFundingTime, 'nextFundingTime', nowMs);
    const wanted = { what: WHAT, instruments: perpetuals, symbolField: 'symbol' };
    const running = await findRunningIntervals({
      ...wanted,
      rows,
      nowMs,
      onProblem,
      read: (row: Unchecked<PremiumIndex>, { venueSymbol }) => ({
        statedMs: stated.has(venueSymbol) ? stated.get(venueSymbol) : USUAL_INTERVAL_MS,
        nextFundingMs: nextOf(row),
        timeMs: readTimeMs(row.time, 'time', nowMs),
      }),
      lastSettlement: (instrument) => lastSettlement(http, roots, instrument),
    });
    return readWanted(
      rows,
      wanted,
      (row: Unchecked<PremiumIndex>, instrument) =>
        toEstimate(
          {
            timeMs: row.time,
            rate: row.lastFundingRate,
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
      requireLiveBinance(roots.rest);
      const { instrument, fromMs, toMs } = request;
      if (instrument.contractType === 'DATED') return [];
      const symbol = encodeURIComponent(instrument.venueSymbol);
      const rows = await readPages(HISTORY, fromMs - LONGEST_INTERVAL_MS, async (startMs) => {
        const query = `symbol=${symbol}&startTime=${startMs}&endTime=${toMs - 1}&limit=${PAGE_ROWS}`;
        const page = listIn(await http(joinAddress(roots.rest, `/fapi/v1/fundingRate?${query}`)), HISTORY);
        const lastMs = Number(fieldOf(page.at(-1), 'fundingTime'));
        const isFull = page.length >= PAGE_ROWS && lastMs >= startMs;
        return { rows: page, ...(isFull && { next: lastMs + 1 }) };
      });
      const what = `${HISTORY} ${instrument.venueSymbol}`;
      return readSettled(rows, what, request, (row) => readCharged(row, instrument), onProblem);
    },
  },
};

/** By symbol; undefined where what is stated cannot be read. */
function statedIntervals(rows: readonly unknown[]): ReadonlyMap<unknown, number | undefined> {
  const infos = rows.filter(isRecord) as readonly Unchecked<FundingInfo>[];
  return new Map(infos.map((info) => [info.symbol, intervalOfHours(info.fundingIntervalHours)]));
}

async function lastSettlement(http: JsonFetch, roots: VenueRoots, { venueSymbol }: Instrument) {
  const path = `/fapi/v1/fundingRate?symbol=${encodeURIComponent(venueSymbol)}&limit=1`;
  return fieldOf(listIn(await http(joinAddress(roots.rest, path)), HISTORY).at(-1), 'fundingTime');
}

function readCharged(value: unknown, instrument: Instrument): SettledRow {
  const row: Unchecked<ChargedRate> = readRecord(value, 'a row');
  if (row.symbol !== instrument.venueSymbol) {
    throw new NormalizeError('MALFORMED', `a row of ${describeValue(row.symbol)}`);
  }
  return { timeMs: row.fundingTime, rate: row.fundingRate };
}

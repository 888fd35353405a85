import { multiplyDecimals, type DecimalString, type Instrument } from '@orderfox/domain';
import { VenueError, type JsonFetch } from '@orderfox/feed';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { readIfSaid, toOpenInterest } from '../open-interest-row.js';
import { readSeries, readWanted, UNHEARD, type OnProblem } from '../readings.js';
import { listIn } from '../rest-answer.js';
import { readPages } from '../rest-pages.js';
import { joinAddress } from '../venue-address.js';
import { type VenueRoots } from '../venue-adapter.js';
import { type OpenInterestReading, type VenueOpenInterest } from '../venue-open-interest.js';
import { isRecord, readAmount, readPositive, readRecord, type Unchecked } from '../wire-row.js';
import { type OpenInterestNow, type OpenInterestStatistic, type PremiumIndex } from './binance.messages.js';
import { requireLiveBinance } from './binance.routes.js';

const WHAT = 'binance openInterest';
const HISTORY = 'binance openInterestHist';
const PERIOD_MS = 5 * 60_000;
const PAGE_ROWS = 500;
/** "Only the data of the latest 1 month"; the shortest has 28 days. */
const HISTORY_HOURS = 28 * 24;

/**
 * Open interest of Binance USD-M: of one contract at a time, in the base asset and one-sided. Source: Binance developer
 * pages "Open Interest" and "Open Interest Statistics", read 2026-10. The venue says no dollars but in its statistics, so
 * the value is the amount times the mark price of the same second, exact; without that price there is none.
 */
export const binanceOpenInterest: VenueOpenInterest = {
  servesAll: false,
  async current(http, roots, instruments, nowMs, onProblem = UNHEARD) {
    requireLiveBinance(roots.rest);
    const readings = await Promise.all(
      instruments.map((instrument) => currentOf(http, roots, instrument, nowMs, onProblem)),
    );
    return readings.flat();
  },
  history: {
    maxHours: HISTORY_HOURS,
    async list(http, roots, { instrument, fromMs, toMs, nowMs }, onProblem = UNHEARD) {
      requireLiveBinance(roots.rest);
      const symbol = encodeURIComponent(instrument.venueSymbol);
      const earliestMs = Math.max(fromMs, nowMs - HISTORY_HOURS * 3_600_000);
      // By windows that hold no more rows than a page has: which rows of a longer one are given is not documented.
      const rows = await readPages(HISTORY, earliestMs, async (startMs) => {
        if (startMs >= toMs) return { rows: [] };
        const nextMs = startMs + PAGE_ROWS * PERIOD_MS;
        const endMs = Math.min(toMs, nextMs) - 1;
        const query = `symbol=${symbol}&period=5m&startTime=${startMs}&endTime=${endMs}&limit=${PAGE_ROWS}`;
        const body = await http(joinAddress(roots.rest, `/futures/data/openInterestHist?${query}`));
        return { rows: listIn(body, HISTORY), ...(nextMs < toMs && { next: nextMs }) };
      });
      const series = { what: `${HISTORY} ${instrument.venueSymbol}`, fromMs, toMs };
      return readSeries(rows, series, (row) => readStatistic(row, instrument, nowMs), onProblem);
    },
  },
};

async function currentOf(
  http: JsonFetch,
  roots: VenueRoots,
  instrument: Instrument,
  nowMs: number,
  onProblem: OnProblem,
): Promise<readonly OpenInterestReading[]> {
  const symbol = encodeURIComponent(instrument.venueSymbol);
  const [body, markPrice] = await Promise.all([
    http(joinAddress(roots.rest, `/fapi/v1/openInterest?symbol=${symbol}`)),
    markPriceOf(http, roots, instrument, onProblem),
  ]);
  const wanted = { what: WHAT, instruments: [instrument], symbolField: 'symbol' };
  return readWanted(
    [body],
    wanted,
    (row: Unchecked<OpenInterestNow>) => {
      const size = readAmount(row.openInterest, 'openInterest');
      const value = markPrice && multiplyDecimals(size, markPrice);
      return toOpenInterest({ timeMs: row.time, size, value }, instrument, nowMs);
    },
    onProblem,
  );
}

/** In the contract's own unit; undefined where it cannot be had, for the amount holds without it. */
async function markPriceOf(
  http: JsonFetch,
  roots: VenueRoots,
  { venueSymbol }: Instrument,
  onProblem: OnProblem,
): Promise<DecimalString | undefined> {
  const path = `/fapi/v1/premiumIndex?symbol=${encodeURIComponent(venueSymbol)}`;
  try {
    const body = await http(joinAddress(roots.rest, path));
    const index: Unchecked<PremiumIndex> = isRecord(body) && body.symbol === venueSymbol ? body : {};
    return readPositive(index.markPrice, 'markPrice');
  } catch (error) {
    if (!(error instanceof VenueError || error instanceof NormalizeError)) throw error;
    onProblem(`${WHAT}: the value of ${venueSymbol} is not known: ${error.message}`);
    return undefined;
  }
}

function readStatistic(value: unknown, instrument: Instrument, nowMs: number): OpenInterestReading {
  const row: Unchecked<OpenInterestStatistic> = readRecord(value, 'a row');
  if (row.symbol !== instrument.venueSymbol) {
    throw new NormalizeError('MALFORMED', `a row of ${describeValue(row.symbol)}`);
  }
  return toOpenInterest(
    {
      timeMs: row.timestamp,
      size: readAmount(row.sumOpenInterest, 'sumOpenInterest'),
      value: readIfSaid(row.sumOpenInterestValue, 'sumOpenInterestValue'),
    },
    instrument,
    nowMs,
  );
}

import { multiplyDecimals, shiftDecimal, type DecimalString, type Instrument } from '@orderfox/domain';
import { readList } from '../candle-row.js';
import { NormalizeError } from '../normalize-error.js';
import { readIfSaid, toOpenInterest } from '../open-interest-row.js';
import { readSeries, readWanted, UNHEARD } from '../readings.js';
import { oldestBefore, readPages } from '../rest-pages.js';
import { type OpenInterestReading, type VenueOpenInterest } from '../venue-open-interest.js';
import { readAmount, readTimeMs, type Unchecked } from '../wire-row.js';
import { type OkxOpenInterest } from './okx.messages.js';
import { askOkx } from './okx.rest.js';

const HISTORY = 'okx open-interest-history';
const PERIOD_MS = 5 * 60_000;
const PAGE_ROWS = 100;
/** About three days of five minutes are kept (measured by others, 2026-09). */
const HISTORY_HOURS = 72;

/**
 * Open interest of OKX swaps: of all at once, in contracts, coins and dollars, one-sided. Source: OKX API pages "Get open
 * interest" and "Get contract open interest history", read 2026-08. Rows of the history are named by the start of their
 * five minutes and follow the open interest until these are over (seen by others, 2026-09): a reading has their end, and
 * those that are not over are left out.
 */
export const okxOpenInterest: VenueOpenInterest = {
  servesAll: true,
  async current(http, roots, instruments, nowMs, onProblem = UNHEARD) {
    const [only] = instruments;
    if (only === undefined) return [];
    const one = instruments.length === 1 ? `&instId=${encodeURIComponent(only.venueSymbol)}` : '';
    const rows = await askOkx(http, roots.rest, `/api/v5/public/open-interest?instType=SWAP${one}`);
    return readWanted(
      rows,
      { what: 'okx open-interest', instruments, symbolField: 'instId' },
      (row: Unchecked<OkxOpenInterest>, instrument) =>
        toReading({ timeMs: row.ts, contracts: row.oi, coins: row.oiCcy, usd: row.oiUsd }, instrument, nowMs),
      onProblem,
    );
  },
  history: {
    maxHours: HISTORY_HOURS,
    async list(http, roots, { instrument, fromMs, toMs, nowMs }, onProblem = UNHEARD) {
      const symbol = encodeURIComponent(instrument.venueSymbol);
      const beginMs = Math.max(fromMs, nowMs - HISTORY_HOURS * 3_600_000) - PERIOD_MS;
      const rows = await readPages(HISTORY, Math.min(toMs, nowMs), async (endMs) => {
        const query = `instId=${symbol}&period=5m&begin=${beginMs}&end=${endMs}&limit=${PAGE_ROWS}`;
        const page = await askOkx(
          http,
          roots.rest,
          `/api/v5/rubik/stat/contracts/open-interest-history?${query}`,
        );
        const oldest = page.length < PAGE_ROWS ? undefined : oldestBefore(page, startOf, endMs);
        return { rows: page, ...(oldest !== undefined && oldest > beginMs && { next: oldest - 1 }) };
      });
      const series = {
        what: `${HISTORY} ${instrument.venueSymbol}`,
        fromMs,
        toMs: Math.min(toMs, nowMs + 1),
      };
      return readSeries(rows, series, (row) => readPast(row, instrument, nowMs), onProblem);
    },
  },
};

interface OkxAmounts {
  readonly timeMs: unknown;
  readonly contracts: unknown;
  readonly coins: unknown;
  readonly usd: unknown;
}

function toReading(row: OkxAmounts, instrument: Instrument, nowMs: number): OpenInterestReading {
  const size = readIfSaid(row.coins, 'oiCcy') ?? coinsOf(row.contracts, instrument);
  const reading = toOpenInterest({ timeMs: row.timeMs, size }, instrument, nowMs);
  const usd = readIfSaid(row.usd, 'oiUsd');
  // Dollars whatever the contract is quoted in.
  return usd === undefined ? reading : { ...reading, openInterestUsd: usd };
}

/** Of linear contracts only: the coins of an inverse one depend on a price. In the base asset. */
function coinsOf(contracts: unknown, { sizeUnit, contractSize, multiplierPower }: Instrument): DecimalString {
  const count = readAmount(contracts, 'oi');
  if (sizeUnit !== 'LINEAR_CONTRACTS' || contractSize === undefined) {
    throw new NormalizeError('UNKNOWN_INSTRUMENT', 'the coins of its contracts are not known without oiCcy');
  }
  return shiftDecimal(multiplyDecimals(count, contractSize), -multiplierPower);
}

function startOf(row: unknown): unknown {
  return Array.isArray(row) ? (row[0] as unknown) : undefined;
}

/** `[ts, contracts, coins, dollars]`, all text, the newest first. */
function readPast(row: unknown, instrument: Instrument, nowMs: number): OpenInterestReading {
  const [ts, contracts, coins, usd] = readList(row, 3);
  const endMs = readTimeMs(ts, 'ts', nowMs) + PERIOD_MS;
  const reading = toReading({ timeMs: ts, contracts, coins, usd }, instrument, nowMs);
  return { ...reading, timestampMs: endMs };
}

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { createJsonFetch, FakeClock, type JsonFetch } from '@orderfox/feed';
import { ManualScheduler, SimulatedVenues, type SimulatedVenueId } from '@orderfox/simulator';
import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 20, 12, 2, 30);
const FIVE_MINUTES = 300_000;

let time: ManualScheduler;
let venues: SimulatedVenues;
let http: JsonFetch;
let asked: string[];

beforeEach(async () => {
  time = new ManualScheduler(START);
  venues = new SimulatedVenues({ seed: 7, scheduler: time });
  await venues.start();
  asked = [];
  const get = createJsonFetch({ clock: new FakeClock() });
  http = (url, ...rest) => {
    asked.push(new URL(url).pathname);
    return get(url, ...rest);
  };
});
afterEach(() => venues.stop());

function adapterOf(venue: SimulatedVenueId): Required<VenueAdapter> {
  return VENUE_ADAPTERS.find(({ id }) => id === venue) as Required<VenueAdapter>;
}

/** Contracts as the venue lists them, and where it is. */
async function listed(venue: SimulatedVenueId, ...names: readonly string[]) {
  const roots = venues.urls[venue];
  const all = await adapterOf(venue).listInstruments(http, roots);
  const contracts = names.map((name) => all.find(({ venueSymbol }) => venueSymbol === name)!);
  return { roots, contracts, adapter: adapterOf(venue) };
}

const CONTRACTS = {
  binance: ['BTCUSDT', '1000PEPEUSDT', 'BTCUSDT_261225'],
  okx: ['BTC-USDT-SWAP', 'PEPE-USDT-SWAP', 'SOL-USDC-SWAP'],
  bybit: ['BTCUSDT', 'SHIB1000USDT', 'BTCUSDT-25DEC26'],
} as const;
const FUNDED = {
  binance: ['BTCUSDT', 'WIFUSDT', 'FARTCOINUSDT', 'ENAUSDT'],
  okx: ['BTC-USDT-SWAP', 'WIF-USDT-SWAP', 'FARTCOIN-USDT-SWAP', 'ENA-USDT-SWAP'],
  bybit: ['BTCUSDT', 'WIFUSDT', 'FARTCOINUSDT', 'ENAUSDT'],
} as const;
/** How many hours the intervals of those are now. */
const HOURS = [8, 4, 1, 4];

describe.each(['binance', 'okx', 'bybit'] as const)('open interest of %s over HTTP', (venue) => {
  test('is what the venue counts, in coins of one side', async () => {
    const { roots, contracts, adapter } = await listed(venue, ...CONTRACTS[venue]);
    const problems: string[] = [];
    const readings = await adapter.openInterest.current(http, roots, contracts, START, (problem) => {
      problems.push(problem);
    });
    expect(problems).toEqual([]);
    expect(readings).toHaveLength(3);
    for (const { instrument, openInterest, openInterestUsd, isHalved, timestampMs } of readings) {
      const truth = venues.openInterestOf(venue, instrument.venueSymbol, START);
      expect(openInterest).toBe(truth?.coins);
      const price = venues.of(venue).markPrice(instrument.venueSymbol) ?? 0;
      const perCoin = price / 10 ** instrument.multiplierPower;
      expect(Number(openInterestUsd) / (Number(openInterest) * perCoin)).toBeCloseTo(1, 6);
      expect([isHalved, timestampMs]).toEqual([false, START]);
    }
  });

  test('of 24 hours has every five minutes and runs into the present', async () => {
    const { roots, contracts, adapter } = await listed(venue, ...CONTRACTS[venue]);
    for (const instrument of contracts) {
      const problems: string[] = [];
      const request = { instrument, fromMs: START - 24 * HOUR, toMs: START + 1, nowMs: START };
      const readings = await adapter.openInterest.history.list(http, roots, request, (problem) => {
        problems.push(problem);
      });
      expect(problems).toEqual([]);
      const newest = Math.floor(START / FIVE_MINUTES) * FIVE_MINUTES;
      expect(readings.map(({ timestampMs }) => timestampMs)).toEqual(
        Array.from({ length: 288 }, (_, at) => newest - (287 - at) * FIVE_MINUTES),
      );
      for (const { timestampMs, openInterest } of readings) {
        expect(openInterest).toBe(venues.openInterestOf(venue, instrument.venueSymbol, timestampMs)?.coins);
      }
      expect(new Set(readings.map(({ openInterest }) => openInterest)).size).toBeGreaterThan(200);
      const [current] = await adapter.openInterest.current(http, roots, [instrument], START);
      expect(Number(current?.openInterest) / Number(readings.at(-1)?.openInterest)).toBeCloseTo(1, 2);
    }
  });

  test('is an error of the venue while it refuses that alone', async () => {
    const { roots, contracts, adapter } = await listed(venue, ...CONTRACTS[venue]);
    venues.faults(venue).set({ rest: { status: 503, only: 'OPEN_INTEREST' } });
    const request = {
      instrument: contracts[0]!,
      fromMs: START - HOUR,
      toMs: START,
      nowMs: START,
    };
    await expect(adapter.openInterest.history.list(http, roots, request)).rejects.toMatchObject({
      failure: 'UNAVAILABLE',
    });
    await expect(adapter.funding.history.list(http, roots, request)).resolves.toBeDefined();
  });
});

describe.each(['binance', 'okx', 'bybit'] as const)('funding of %s over HTTP', (venue) => {
  test('is what the venue estimates, with the interval of each contract', async () => {
    const { roots, contracts, adapter } = await listed(venue, ...FUNDED[venue]);
    const problems: string[] = [];
    const readings = await adapter.funding.current(http, roots, contracts, START, (problem) => {
      problems.push(problem);
    });
    expect(problems).toEqual([]);
    const byName = new Map(readings.map((reading) => [reading.instrument.venueSymbol, reading]));
    for (const [at, name] of FUNDED[venue].entries()) {
      // Bybit reckons anew every full minute.
      const truth = venues.fundingOf(venue, name, venue === 'bybit' ? START - 30_000 : START)!;
      expect(byName.get(name)).toMatchObject({
        kind: 'ESTIMATE',
        rate: parseDecimal(truth.rate),
        intervalMs: (HOURS[at] ?? 0) * HOUR,
        nextFundingMs: truth.settlementMs,
      });
    }
  });

  test('that was charged in 24 hours is every settlement with the interval that it ended', async () => {
    const { roots, contracts, adapter } = await listed(venue, ...FUNDED[venue]);
    const counts: number[] = [];
    for (const instrument of contracts) {
      const problems: string[] = [];
      const request = { instrument, fromMs: START - 24 * HOUR, toMs: START + 1, nowMs: START };
      const readings = await adapter.funding.history.list(http, roots, request, (problem) => {
        problems.push(problem);
      });
      expect(problems).toEqual([]);
      const truth = venues.settledFunding(venue, instrument.venueSymbol, START - 24 * HOUR, START);
      expect(readings).toEqual(
        truth.map(({ rate, settlementMs, intervalMs }) => ({
          instrument,
          timestampMs: settlementMs,
          kind: 'SETTLED',
          rate: parseDecimal(rate),
          intervalMs,
        })),
      );
      counts.push(readings.length);
    }
    // Of the last, 16:00 and 00:00 after eight hours each, 08:00 after eight, 12:00 after four.
    expect(counts).toEqual([3, 6, 24, 4]);
  });

  test('has the interval that runs while the venue states the next, and then that one', async () => {
    const name = FUNDED[venue][0];
    const { roots, contracts, adapter } = await listed(venue, name);
    venues.faults(venue).setFundingInterval(name, 1);
    const reading = async () => (await adapter.funding.current(http, roots, contracts, time.nowMs()))[0];
    expect(await reading()).toMatchObject({
      intervalMs: 8 * HOUR,
      nextFundingMs: Date.UTC(2026, 10, 20, 16),
    });
    time.advance(4 * HOUR);
    expect(await reading()).toMatchObject({ intervalMs: HOUR, nextFundingMs: Date.UTC(2026, 10, 20, 17) });
  });
});

describe('what Bybit counts on both sides', () => {
  test('is halved and said to be, now and in the past, where it says no single side', async () => {
    const { roots, contracts, adapter } = await listed('bybit', ...CONTRACTS.bybit);
    venues.faults('bybit').set({ leavesOut: ['SINGLE_OPEN_INTEREST'] });
    const current = await adapter.openInterest.current(http, roots, contracts, START);
    const request = { instrument: contracts[1]!, fromMs: START - HOUR, toMs: START, nowMs: START };
    const past = await adapter.openInterest.history.list(http, roots, request);
    expect([current.length, past.length]).toEqual([3, 12]);
    for (const { instrument, openInterest, isHalved, timestampMs } of [...current, ...past]) {
      const truth = venues.openInterestOf('bybit', instrument.venueSymbol, timestampMs);
      expect([openInterest, isHalved]).toEqual([truth?.coins, true]);
    }
  });
});

describe('the rate of USDC at OKX', () => {
  const request = { coin: 'USDC', quote: 'USDT', through: 'SOL', nowMs: START };

  test('is that of its index, or of two others where it has none', async () => {
    const { indexPrices } = adapterOf('okx');
    const roots = venues.urls.okx;
    for (let second = 0; second < 600; second++) venues.prices.step(0.0001);
    const truth = venues.indexPrice('USDC-USDT') ?? 0;
    const direct = await indexPrices.stableCoinRate(http, roots, request);
    expect([Number(direct.rate).toFixed(6), direct.indices]).toEqual([truth.toFixed(6), ['USDC-USDT']]);
    venues.faults('okx').set({ leavesOut: ['DOLLAR_INDEX'] });
    const implied = await indexPrices.stableCoinRate(http, roots, request);
    expect(implied).toMatchObject({ indices: ['SOL-USDT', 'SOL-USDC'], timestampMs: START });
    expect(Number(implied.rate)).toBeCloseTo(truth, 5);
  });

  test('lies between the marks of a coin in USDT and in USDC', () => {
    const [usdt, usdc] = ['SOL-USDT-SWAP', 'SOL-USDC-SWAP'].map(
      (name) => venues.of('okx').markPrice(name) ?? 0,
    );
    expect((usdt ?? 0) / (usdc ?? 1)).toBeCloseTo(venues.indexPrice('USDC-USDT') ?? 0, 5);
  });
});

test('one call for many contracts is one request, and two for the intervals of Binance', async () => {
  for (const [venue, count] of [
    ['okx', 1],
    ['bybit', 1],
    ['binance', 2],
  ] as const) {
    const { roots, contracts, adapter } = await listed(venue, ...FUNDED[venue]);
    asked = [];
    await adapter.funding.current(http, roots, contracts, START);
    expect(asked).toHaveLength(count);
  }
});

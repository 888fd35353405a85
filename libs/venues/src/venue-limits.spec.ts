import { describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { perpetual } from './contract/instrument-fixture.js';
import { VENUE_ADAPTERS, type VenueAdapter } from './index.js';

const NOW = 1_790_000_200_000;

const venueOf = (wanted: string): VenueAdapter => {
  const venue = VENUE_ADAPTERS.find(({ id }) => id === wanted);
  if (venue === undefined) throw new Error(`no venue ${wanted}`);
  return venue;
};
const costOf = (venue: VenueAdapter, address: string) => {
  const { pathname, searchParams } = new URL(address, venue.roots.rest);
  return venue.limits.costOf(pathname, searchParams);
};
/** The addresses that a venue is asked for, with an answer that is of no use. */
async function addresses(
  of: (http: (url: string) => Promise<unknown>) => Promise<unknown>,
): Promise<readonly string[]> {
  const asked: string[] = [];
  await of((url) => {
    asked.push(url);
    return Promise.resolve({});
  }).catch(() => undefined);
  return asked;
}

describe.each(VENUE_ADAPTERS)('$name', (venue) => {
  const instrument = perpetual(venue.id, venue.id === 'okx' ? 'BTC-USDT-SWAP' : 'BTCUSDT');
  const { candles, books, trades, roots } = venue;

  test('charges candles what is planned for them, whatever their number', async () => {
    if (candles === undefined) throw new Error('no candles');
    for (const rows of [1, 99, 100, candles.maxRows]) {
      const timeframe = parseTimeframe('1m');
      const toMs = NOW - (NOW % 60_000);
      const request = { instrument, timeframe, fromMs: toMs - rows * 60_000, toMs, rows, nowMs: NOW };
      const [address = ''] = await addresses((http) => candles.list(http, roots, request));
      expect([rows, costOf(venue, address).points]).toEqual([rows, candles.costOf(rows)]);
    }
  });

  test('charges whole books and past trades what is planned for them', async () => {
    const { snapshot } = books ?? {};
    if (snapshot !== undefined) {
      const [address = ''] = await addresses((http) => snapshot.fetch(http, roots, instrument));
      expect(costOf(venue, address).points).toBe(snapshot.points);
    }
    const { history } = trades ?? {};
    if (history !== undefined) {
      const request = { instrument, fromId: 1, rows: 10, nowMs: NOW };
      const [address = ''] = await addresses((http) => history.list(http, roots, request));
      expect(costOf(venue, address).points).toBe(history.points);
    }
  });

  test('knows every endpoint that it asks, and has an answer for those that it does not', async () => {
    const stretch = { instrument, fromMs: NOW - 3_600_000, toMs: NOW, nowMs: NOW };
    const asked = [
      ...(await addresses((http) => venue.listInstruments(http, roots))),
      ...(await addresses((http) => venue.listVolumes24h(http, roots))),
      ...(await addresses(async (http) => venue.openInterest?.current(http, roots, [instrument], NOW))),
      ...(await addresses(async (http) => venue.openInterest?.history.list(http, roots, stretch))),
      ...(await addresses(async (http) => venue.funding?.current(http, roots, [instrument], NOW))),
      ...(await addresses(async (http) => venue.funding?.history.list(http, roots, stretch))),
    ];
    const unknown = costOf(venue, '/nobody/knows');
    expect(unknown.points).toBeGreaterThan(0);
    const isUnknown = (address: string) => {
      const { limit, points } = costOf(venue, address);
      return venue.id !== 'bybit' && limit === unknown.limit && points === unknown.points;
    };
    const strange = asked.filter((address) => isUnknown(address) && !address.includes('ticker/24hr'));
    expect(strange).toEqual([]);
  });
});

describe('What venues say', () => {
  test('Binance: the weight used in this minute; funding and statistics are counted apart', () => {
    const { limits } = venueOf('binance');
    const weight = { name: 'weight', points: 2_400, perMs: 60_000 };
    expect(limits.readUsed?.(new Headers({ 'X-MBX-USED-WEIGHT-1M': '1234' }))).toEqual({
      limit: weight,
      usedPoints: 1234,
    });
    for (const text of ['', '-1', '1e3', 'many']) {
      expect(limits.readUsed?.(new Headers({ 'x-mbx-used-weight-1m': text }))).toBeUndefined();
    }
    expect(limits.readUsed?.(new Headers())).toBeUndefined();
    const cost = (address: string) => {
      const { limit, points } = costOf(venueOf('binance'), address);
      return `${limit.name} ${points}`;
    };
    expect(
      [
        '/fapi/v1/ticker/24hr',
        '/fapi/v1/ticker/24hr?symbol=BTCUSDT',
        '/fapi/v1/klines?limit=1500',
        '/fapi/v1/klines?limit=1000',
        '/fapi/v1/klines',
        '/fapi/v1/depth?limit=50',
        '/fapi/v1/depth?limit=1000',
        '/fapi/v1/premiumIndex',
        '/fapi/v1/fundingRate?symbol=BTCUSDT',
        '/fapi/v1/fundingInfo',
        '/futures/data/openInterestHist?symbol=BTCUSDT',
        '/fapi/v1/somethingNew',
      ].map(cost),
    ).toEqual([
      'weight 40',
      'weight 1',
      'weight 10',
      'weight 5',
      'weight 5',
      'weight 2',
      'weight 20',
      'weight 10',
      'funding 1',
      'funding 1',
      'futures/data 1',
      'weight 40',
    ]);
  });

  test('OKX: 50011 under a good status is "too many" of this endpoint', () => {
    const { limits } = venueOf('okx');
    expect(limits.readRefusal?.({ code: '50011', data: [], msg: '' }, new Headers(), NOW)).toMatchObject({
      failure: 'RATE_LIMITED',
      waitMs: 2_000,
      isGuess: true,
    });
    for (const body of [{ code: '0' }, { code: '50013' }, [], null, 'text']) {
      expect(limits.readRefusal?.(body, new Headers(), NOW)).toBeUndefined();
    }
    const names = ['candles', 'history-candles', 'books'].map(
      (name) => costOf(venueOf('okx'), `/api/v5/market/${name}?instId=BTC-USDT-SWAP`).limit.name,
    );
    expect(names).toEqual(['candles', 'history-candles', 'books']);
  });

  test('Bybit: nothing left and "too many" hold until the reset that it names', () => {
    const { limits } = venueOf('bybit');
    const headers = (left: string, resetMs: number) =>
      new Headers({
        'X-Bapi-Limit': '50',
        'X-Bapi-Limit-Status': left,
        'X-Bapi-Limit-Reset-Timestamp': String(resetMs),
      });
    expect(limits.readRest?.(headers('0', NOW + 800), NOW)).toBe(800);
    expect(limits.readRest?.(headers('1', NOW + 800), NOW)).toBeUndefined();
    // A clock that differs by hours must not shut anybody out.
    expect(limits.readRest?.(headers('0', NOW + 7_200_000), NOW)).toBe(60_000);
    expect(limits.readRest?.(headers('0', NOW - 1), NOW)).toBeUndefined();
    for (const retCode of [10006, 10429]) {
      expect(limits.readRefusal?.({ retCode }, headers('0', NOW + 900), NOW)).toMatchObject({
        failure: 'RATE_LIMITED',
        waitMs: 900,
        isGuess: false,
      });
      expect(limits.readRefusal?.({ retCode }, new Headers(), NOW)).toMatchObject({
        waitMs: 5_000,
        isGuess: true,
      });
    }
    expect(limits.readRefusal?.({ retCode: 0 }, headers('0', NOW), NOW)).toBeUndefined();
  });
});

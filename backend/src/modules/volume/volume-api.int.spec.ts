import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Liquidation, parseDecimal } from '@orderfox/domain';
import { ApiForTests, liquidationForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { FeedGapRepository } from '../feeds/feed-gap.repository.js';

const MINUTE = 60_000;
const FROM = Date.parse('2025-01-27T00:00:00Z');
const QUERY = `query ($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $venues: [ID!]) {
  liquidationVolume(symbol: $symbol, timeframe: $timeframe, from: $from, to: $to, venues: $venues) {
    time timestamp buyVolume sellVolume totalVolume deltaVolume
    buyVolumeFormatted sellVolumeFormatted totalVolumeFormatted deltaVolumeFormatted count revision quality
  }
}`;

let postgres: PostgresForTests;
let api: ApiForTests;
let made = 0;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres);
}, 60_000);
afterAll(async () => {
  await api.stop();
  await postgres.dispose();
});
beforeEach(async () => {
  await postgres.database.writer.query(
    'TRUNCATE liquidation, liquidation_volume_1m, liquidation_volume_1h, liquidation_volume_1d, feed_gap',
  );
});

/** A long of so many dollars that was liquidated on Bybit in this minute, unless the test says otherwise. */
function event(minute: number, notionalUsd: string, given: Partial<Liquidation> = {}): Liquidation {
  made += 1;
  return liquidationForTests(made, {
    eventKey: `volume:${made}`,
    venue: 'bybit',
    venueTimeMs: FROM + minute * MINUTE + 1,
    notionalUsd: parseDecimal(notionalUsd),
    ...given,
  });
}

const SHORT = { liquidatedSide: 'SHORT', side: 'BUY' } as const;

async function volume(given: object = {}): Promise<readonly Record<string, unknown>[]> {
  const { data, errors } = await ask(given);
  expect(errors).toBeUndefined();
  return data?.liquidationVolume as Record<string, unknown>[];
}

function ask(given: object): ReturnType<ApiForTests['post']> {
  const range = { from: FROM, to: FROM + 60 * MINUTE };
  return api.post(QUERY, { symbol: 'BTCUSDT', timeframe: '1m', ...range, ...given });
}

describe('liquidationVolume', () => {
  test('costs what its range can hold, and the longest page of a chart fits', async () => {
    const cost = async (given: object) => {
      const { errors, extensions } = await ask(given);
      return errors?.[0]?.extensions.limit ?? (extensions?.cost as { requested: number }).requested;
    };
    const usual = 500 * 2.3;
    expect(await cost({})).toBe(usual);
    expect(await cost({ from: FROM, to: FROM + 4_500 * MINUTE })).toBe(usual + 2_000);
    expect(await cost({ timeframe: '1h', from: FROM, to: FROM + 4_500 * MINUTE })).toBe(usual);
    expect(await cost({ timeframe: '1d', from: FROM, to: null })).toBe(usual + 2_250);
  });

  test('gives sums with every digit and ready to show: buys are shorts, sells are longs (S088, S092, S093)', async () => {
    await api.record(
      event(1, '10000.000000000000000000001'),
      event(1, '0.1', SHORT),
      event(1, '14999.9', SHORT),
      event(59, '1264500000.25', SHORT),
    );
    await expect(volume()).resolves.toEqual([
      {
        time: FROM / 1_000 + 60,
        timestamp: FROM + MINUTE,
        buyVolume: '15000',
        sellVolume: '10000.000000000000000000001',
        totalVolume: '25000.000000000000000000001',
        deltaVolume: '4999.999999999999999999999',
        buyVolumeFormatted: '15K',
        sellVolumeFormatted: '10K',
        totalVolumeFormatted: '25K',
        deltaVolumeFormatted: '5K',
        count: 3,
        revision: 1,
        quality: 'EXACT',
      },
      expect.objectContaining({
        timestamp: FROM + 59 * MINUTE,
        buyVolume: '1264500000.25',
        sellVolume: '0',
        buyVolumeFormatted: '1.26B',
        count: 1,
      }),
    ]);
  });

  test('keeps what a bucket had when more arrives, late and twice, and raises its revision (S090)', async () => {
    const late = event(5, '7');
    await api.record(event(5, '1'), event(9, '2'));
    const [before, other] = await volume();
    await api.record(late, event(5, '3', SHORT));
    await api.record(late);
    const [after, same] = await volume();
    expect(before).toMatchObject({ sellVolume: '1', buyVolume: '0', count: 1, revision: 1 });
    expect(after).toMatchObject({ sellVolume: '8', buyVolume: '3', count: 3, revision: 2 });
    expect(same).toEqual(other);
  });

  test.each([
    ['1m', '2025-01-29T13:43:00Z', '2025-01-29T13:59:00Z'],
    ['5m', '2025-01-29T13:40:00Z', '2025-01-29T13:55:00Z'],
    ['15m', '2025-01-29T13:30:00Z', '2025-01-29T13:45:00Z'],
    ['30m', '2025-01-29T13:30:00Z'],
    ['1h', '2025-01-29T13:00:00Z'],
    ['2h', '2025-01-29T12:00:00Z'],
    ['4h', '2025-01-29T12:00:00Z'],
    ['1d', '2025-01-29T00:00:00Z'],
    ['1w', '2025-01-27T00:00:00Z'],
    ['1M', '2025-01-01T00:00:00Z'],
  ])(
    'puts %s buckets where the chart has its bars, in UTC (S087, S267, S272, S273)',
    async (timeframe, ...starts) => {
      const at = (time: string) => event(0, '1', { venueTimeMs: Date.parse(time) });
      await api.record(at('2025-01-29T13:43:59.999Z'), at('2025-01-29T13:59:00.000Z'));
      const buckets = await volume({
        timeframe,
        from: Date.parse('2025-01-29T00:00:00Z'),
        to: Date.parse('2025-01-30T00:00:00Z'),
      });
      expect(buckets.map(({ timestamp }) => timestamp)).toEqual(starts.map((start) => Date.parse(start)));
      expect(buckets.reduce((sum, { count }) => sum + Number(count), 0)).toBe(2);
    },
  );

  test('begins with the bucket that holds `from` and ends before `to`; every bucket is whole (S094)', async () => {
    await api.record(event(0, '1'), event(4, '2'), event(5, '4'), event(10, '8'));
    const sums = async (from: number, to: number) =>
      (await volume({ timeframe: '5m', from: FROM + from, to: FROM + to })).map(
        ({ sellVolume }) => sellVolume,
      );
    await expect(sums(3 * MINUTE, 5 * MINUTE)).resolves.toEqual(['3']);
    await expect(sums(3 * MINUTE, 5 * MINUTE + 1)).resolves.toEqual(['3', '4']);
    await expect(sums(5 * MINUTE, 15 * MINUTE)).resolves.toEqual(['4', '8']);
    await expect(sums(15 * MINUTE, 15 * MINUTE)).resolves.toEqual([]);
  });

  test('without a range gives the newest buckets', async () => {
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    await api.record(
      event(0, '1', { venueTimeMs: now - 600 * MINUTE }),
      event(0, '2', { venueTimeMs: now - 100 * MINUTE }),
      event(0, '3', { venueTimeMs: now }),
    );
    const buckets = await volume({ from: null, to: null });
    expect(buckets.map(({ sellVolume }) => sellVolume)).toEqual(['2', '3']);
  });

  test('sums all markets under `*`, and only the venues that are asked for', async () => {
    const eth = { symbol: 'ETHUSDT', baseAsset: 'ETH' };
    await api.record(
      event(1, '1'),
      event(1, '2', { venue: 'okx' }),
      event(1, '4', eth),
      event(1, '8', { ...eth, venue: 'binance' }),
    );
    const sum = async (given: object) =>
      (await volume(given)).map(({ sellVolume, count }) => [sellVolume, count]);
    await expect(sum({})).resolves.toEqual([['3', 2]]);
    await expect(sum({ symbol: '*' })).resolves.toEqual([['15', 4]]);
    await expect(sum({ symbol: '*', venues: ['bybit'] })).resolves.toEqual([['5', 2]]);
    await expect(sum({ symbol: '*', venues: ['okx', 'binance', 'okx'] })).resolves.toEqual([['10', 2]]);
    await expect(sum({ symbol: 'btc-usdt-swap', venues: ['okx'], timeframe: '60m' })).resolves.toEqual([
      ['2', 1],
    ]);
    await expect(sum({ venues: [] })).resolves.toEqual([]);
  });

  test('says which sums are a floor, and which lie in a gap of a venue that is asked for', async () => {
    await api.record(
      event(1, '1'),
      event(2, '1', { venue: 'binance' }),
      event(3, '1', { venue: 'okx' }),
      event(4, '1'),
      event(5, '1'),
    );
    const gaps = new FeedGapRepository(postgres.database);
    const gap = {
      type: 'feed-gap',
      venue: 'binance',
      stream: 'liquidations',
      cause: 'DISCONNECTED',
      detail: '',
    } as const;
    await gaps.save({ ...gap, fromMs: FROM + 4.5 * MINUTE, toMs: FROM + 4.6 * MINUTE });
    await gaps.save({ ...gap, fromMs: FROM + 4.55 * MINUTE, toMs: FROM + 5 * MINUTE, cause: 'SILENT' });
    const qualities = async (given: object) => (await volume(given)).map(({ quality }) => quality);
    await expect(qualities({})).resolves.toEqual(['EXACT', 'FLOOR', 'FLOOR', 'PARTIAL', 'EXACT']);
    await expect(qualities({ venues: ['bybit'] })).resolves.toEqual(['EXACT', 'EXACT', 'EXACT']);
    await expect(qualities({ timeframe: '1h' })).resolves.toEqual(['PARTIAL']);
    // Open until the feed is heard again: everything since may lack something.
    await gaps.save({ ...gap, venue: 'okx', fromMs: FROM + 3 * MINUTE });
    await expect(qualities({})).resolves.toEqual(['EXACT', 'FLOOR', 'PARTIAL', 'PARTIAL', 'PARTIAL']);
  });

  test('is not called incomplete for what another stream of a venue lacks', async () => {
    await api.record(event(1, '1'));
    const gaps = new FeedGapRepository(postgres.database);
    const gap = {
      type: 'feed-gap',
      venue: 'bybit',
      cause: 'DISCONNECTED',
      detail: '',
      fromMs: FROM,
    } as const;
    await gaps.save({ ...gap, stream: 'mark-prices' });
    await expect(volume()).resolves.toMatchObject([{ quality: 'EXACT' }]);
    await gaps.save({ ...gap, stream: 'liquidations' });
    await expect(volume()).resolves.toMatchObject([{ quality: 'PARTIAL' }]);
  });

  test('is a part of what there was in a bucket in which recording began', async () => {
    await api.record(event(1, '1'), event(2, '1'), event(3, '1'));
    await new FeedGapRepository(postgres.database).save({
      ...{ type: 'feed-gap', venue: 'bybit', stream: 'liquidations', cause: 'NOT_RECORDED', detail: '' },
      fromMs: 0,
      toMs: FROM + 2.5 * MINUTE,
    });
    const qualities = async (given: object) => (await volume(given)).map(({ quality }) => quality);
    await expect(qualities({})).resolves.toEqual(['PARTIAL', 'PARTIAL', 'EXACT']);
    await expect(qualities({ timeframe: '1d', venues: ['bybit'] })).resolves.toEqual(['PARTIAL']);
  });

  test('answers from memory while nothing changed in its range, and never longer', async () => {
    await api.record(event(1, '1'));
    const query = jest.spyOn(postgres.database.reader, 'query');
    const sums = () =>
      query.mock.calls.filter(([given]) => JSON.stringify(given).includes('volume-1m')).length;
    try {
      const first = await volume();
      await volume();
      expect(sums()).toBe(1);
      await api.record(event(1, '5', { venueTimeMs: FROM - 30 * 24 * 60 * MINUTE }));
      await expect(volume()).resolves.toEqual(first);
      expect(sums()).toBe(1);
      await api.record(event(1, '2'));
      const [bucket] = await volume();
      expect(bucket).toMatchObject({ sellVolume: '3', revision: 2 });
      await new FeedGapRepository(postgres.database).save({
        type: 'feed-gap',
        venue: 'bybit',
        stream: 'liquidations',
        cause: 'SILENT',
        detail: '',
        fromMs: FROM + MINUTE,
      });
      expect((await volume())[0]).toMatchObject({ sellVolume: '3', quality: 'PARTIAL' });
    } finally {
      query.mockRestore();
    }
  });

  test.each([
    ['UNKNOWN_SYMBOL', { symbol: 'BTCUSD' }, 'did you mean BTCUSDT'],
    ['BAD_USER_INPUT', { symbol: '' }, 'must not be empty'],
    ['BAD_USER_INPUT', { timeframe: '1y' }, 'not a timeframe: "1y"'],
    ['BAD_USER_INPUT', { venues: ['mtgox'] }, 'venues: unknown venue "mtgox"'],
    ['BAD_USER_INPUT', { from: FROM, to: FROM - 1 }, 'from: must not be after to'],
    ['RANGE_TOO_WIDE', { from: FROM, to: FROM + 5_001 * MINUTE }, '5001 buckets of 1m'],
  ])('refuses with %s and what to do: %j', async (code, given, message) => {
    const { errors } = await ask(given);
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(message),
        extensions: expect.objectContaining({ code }),
      }),
    ]);
  });
});

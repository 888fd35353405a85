import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { ApiForTests, liquidationForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CursorCodec } from './liquidation-cursor.js';

const PAGE = `query ($filter: LiquidationFilter, $first: Int, $after: Cursor) {
  liquidations(filter: $filter, first: $first, after: $after) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

interface Connection {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

let postgres: PostgresForTests;
let api: ApiForTests;
const events = [
  liquidationForTests(1),
  liquidationForTests(2, { liquidatedSide: 'SHORT', side: 'BUY', notionalUsd: parseDecimal('999.99') }),
  liquidationForTests(3, { venue: 'binance', symbol: 'ETHUSDT', baseAsset: 'ETH', venueSymbol: 'ETHUSDT' }),
  liquidationForTests(4, { symbol: 'SOLUSDT', baseAsset: 'SOL', notionalUsd: parseDecimal('10000') }),
  liquidationForTests(5, { symbol: 'OLDUSDT', baseAsset: 'OLD', venueSymbol: 'OLD-USDT-SWAP' }),
];
const id = (n: number) => events[n - 1]?.eventKey;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres);
  await api.record(...events);
});
afterAll(async () => {
  await api.stop();
  await postgres.dispose();
});

async function page(variables: object): Promise<Connection> {
  const { data, errors } = await api.post(PAGE, variables);
  expect(errors).toBeUndefined();
  return data?.liquidations as Connection;
}

const idsOf = ({ edges }: Connection) => edges.map(({ node }) => node.id);

describe('query liquidations', () => {
  test('shows a liquidation with every field, raw and for people (S050-S055)', async () => {
    const query = `{ liquidations(first: 1, filter: { symbols: ["BTCUSDT"], liquidatedSide: LONG }) { edges { node {
      id cursor venue symbol venueSymbol baseAsset quoteAsset liquidatedSide side quantity quantityFormatted
      price priceFormatted averagePrice markPrice priceUsed notionalUsd notionalUsdFormatted
      timestamp receivedAt committedAt displayTime } } } }`;
    const { data, errors } = await api.post(query);
    expect(errors).toBeUndefined();
    expect((data?.liquidations as Connection).edges[0]?.node).toEqual({
      id: id(1),
      cursor: expect.any(String) as unknown,
      venue: 'okx',
      symbol: 'BTCUSDT',
      venueSymbol: 'BTC-USDT-SWAP',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      liquidatedSide: 'LONG',
      side: 'SELL',
      quantity: '0.5',
      quantityFormatted: '0.500',
      price: '65000.1',
      priceFormatted: '65,000.1',
      averagePrice: null,
      markPrice: null,
      priceUsed: 'BANKRUPTCY',
      notionalUsd: '32500.05',
      notionalUsdFormatted: '32,500',
      timestamp: 1_700_000_001_000,
      receivedAt: 1_700_000_001_040,
      committedAt: expect.any(Number) as unknown,
      displayTime: '22:13:21',
    });
  });

  test('pages from the newest to the oldest, every row once, also when new ones come in between', async () => {
    const first = await page({ first: 2 });
    expect(idsOf(first)).toEqual([id(5), id(4)]);
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0]?.cursor,
      endCursor: first.edges[1]?.cursor,
    });
    await api.record(liquidationForTests(99, { symbol: 'LATEUSDT' }));
    const second = await page({ first: 2, after: first.pageInfo.endCursor });
    expect(idsOf(second)).toEqual([id(3), id(2)]);
    expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    const last = await page({ first: 2, after: second.pageInfo.endCursor });
    expect(idsOf(last)).toEqual([id(1)]);
    expect(last.pageInfo.hasNextPage).toBe(false);
    const none = await page({ first: 2, after: last.pageInfo.endCursor });
    expect(none).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  test('takes fifty rows for no number of rows', async () => {
    expect(idsOf(await page({ first: null }))).toEqual(idsOf(await page({})));
  });

  test.each([
    ['symbols by canonical name', { symbols: ['BTCUSDT'] }, [2, 1]],
    ['symbols by any name', { symbols: ['btcusdt', 'BTC-USDT-SWAP', 'ETH/USDT'] }, [3, 2, 1]],
    ['a symbol that no venue lists any more', { symbols: ['oldusdt'] }, [5]],
    ['no symbol at all', { symbols: [] }, []],
    ['venues', { venues: ['binance'] }, [3]],
    ['a side', { liquidatedSide: 'SHORT' }, [2]],
    ['an amount, equal included', { minNotionalUsd: '10000', symbols: ['SOLUSDT'] }, [4]],
    ['an amount just above', { minNotionalUsd: '10000.01', symbols: ['SOLUSDT'] }, []],
    ['a time from', { from: 1_700_000_004_000, to: 1_700_000_050_000 }, [5, 4]],
    ['a time to, itself excluded', { to: 1_700_000_003_000 }, [2, 1]],
    ['an empty stretch', { from: 1_700_000_003_000, to: 1_700_000_003_000 }, []],
    ['all at once', { venues: ['okx'], symbols: ['BTCUSDT'], minNotionalUsd: '1000' }, [1]],
    [
      'nulls, which are nothing',
      { symbols: null, venues: null, minNotionalUsd: null, from: null, liquidatedSide: 'SHORT' },
      [2],
    ],
  ])('filters by %s', async (_what, filter, expected) => {
    expect(idsOf(await page({ filter, first: 500 }))).toEqual(expected.map(id));
  });
});

describe('bad arguments', () => {
  const foreign = new CursorCodec('0123456789ab').encode(1);

  test.each([
    ['an unknown symbol, with the nearest', { filter: { symbols: ['BTCUSD'] } }, 'UNKNOWN_SYMBOL', /BTCUSD/],
    [
      'a symbol of nonsense',
      { filter: { symbols: ["'; DROP TABLE x; --"] } },
      'UNKNOWN_SYMBOL',
      /Invalid symbol/,
    ],
    ['an empty symbol', { filter: { symbols: [''] } }, 'BAD_USER_INPUT', /^filter\.symbols: /],
    [
      'a symbol as long as a book',
      { filter: { symbols: ['x'.repeat(9_000)] } },
      'BAD_USER_INPUT',
      /^filter\.symbols: /,
    ],
    [
      '51 symbols',
      { filter: { symbols: Array.from({ length: 51 }, () => 'BTCUSDT') } },
      'BAD_USER_INPUT',
      /at most 50/,
    ],
    [
      'an unknown venue',
      { filter: { venues: ['mtgox'] } },
      'BAD_USER_INPUT',
      /^filter\.venues: unknown venue "mtgox"/,
    ],
    ['a side that is none', { filter: { liquidatedSide: 'UP' } }, 'BAD_USER_INPUT', /\$filter/],
    [
      'a negative amount',
      { filter: { minNotionalUsd: '-1' } },
      'BAD_USER_INPUT',
      /^filter\.minNotionalUsd: /,
    ],
    [
      'an amount that is none',
      { filter: { minNotionalUsd: '1,000' } },
      'BAD_USER_INPUT',
      /\$filter.*Decimal/,
    ],
    ['an amount as a number', { filter: { minNotionalUsd: 1000 } }, 'BAD_USER_INPUT', /in quotes/],
    ['a time that is none', { filter: { from: 'yesterday' } }, 'BAD_USER_INPUT', /Timestamp/],
    ['a fraction of a millisecond', { filter: { from: 0.5 } }, 'BAD_USER_INPUT', /Timestamp/],
    ['times the wrong way round', { filter: { from: 2, to: 1 } }, 'BAD_USER_INPUT', /^filter\.from: /],
    ['no rows', { first: 0 }, 'BAD_USER_INPUT', /^first: must be 1 to 500/],
    ['501 rows', { first: 501 }, 'BAD_USER_INPUT', /^first: must be 1 to 500/],
    ['rows beyond 32 bits', { first: 3e9 }, 'BAD_USER_INPUT', /\$first/],
    ['rows as text', { first: 'many' }, 'BAD_USER_INPUT', /\$first/],
    ['a field that the filter lacks', { filter: { colour: 'red' } }, 'BAD_USER_INPUT', /colour/],
    ['a cursor that is none', { after: 'hello' }, 'BAD_USER_INPUT', /^after: not a cursor/],
    ['a cursor that is empty', { after: '' }, 'BAD_USER_INPUT', /^after: not a cursor/],
    ['a cursor of endless length', { after: 'A'.repeat(5_000) }, 'BAD_USER_INPUT', /\$after.*Cursor/],
    ['a cursor of another database', { after: foreign }, 'CURSOR_EXPIRED', /another database/],
  ])('%s', async (_what, variables, code, message) => {
    const { data, errors } = await api.post(PAGE, variables);
    expect(data?.liquidations).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions.code).toBe(code);
    expect(errors?.[0]?.message).toMatch(message);
    expect(JSON.stringify(errors).length).toBeLessThan(1_500);
    expect(api.problems).toEqual([]);
  });

  test('an unknown symbol comes with suggestions', async () => {
    const { errors } = await api.post(PAGE, { filter: { symbols: ['BTCUSD'] } });
    expect(errors?.[0]?.extensions.suggestions).toContain('BTCUSDT');
  });

  test('a cursor of another database comes with the oldest one of this', async () => {
    const { errors } = await api.post(PAGE, { after: foreign });
    const oldest = errors?.[0]?.extensions.oldestCursor as string;
    const { storeId } = await api.repository.latest();
    expect(new CursorCodec(storeId).decode(oldest)).toEqual({ storeId, seq: 0 });
  });
});

import { describe, expect, test } from '@jest/globals';
import { parseDecimal, type Instrument } from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { binance } from './binance/binance.adapter.js';
import { bybit } from './bybit/bybit.adapter.js';
import { perpetual, THOUSAND_COINS } from './contract/instrument-fixture.js';
import { tradeFacts, tradesFacts } from './contract/market-facts.js';
import { readFixture } from './contract/venue-fixtures.js';
import { okx } from './okx/okx.adapter.js';
import { type VenueAdapter } from './venue-adapter.js';
import { type VenueTrades } from './venue-trades.js';

const NOW = 1_790_000_200_400;

function tradesOf({ trades }: VenueAdapter): VenueTrades {
  if (trades === undefined) throw new Error('a venue without trades');
  return trades;
}

const SWAP: Partial<Instrument> = {
  sizeUnit: 'LINEAR_CONTRACTS',
  contractSize: parseDecimal('0.01'),
};

const CASES = [
  {
    venue: binance,
    contract: perpetual('binance', '1000PEPEUSDT', THOUSAND_COINS),
    topic: '1000pepeusdt@aggTrade',
    url: 'wss://fstream.binance.com/market/stream',
    trade: {
      symbol: 'PEPEUSDT',
      venueSymbol: '1000PEPEUSDT',
      price: '0.0000103',
      quantity: '25000000',
      notionalUsd: '257.5',
      tradeId: '700000011',
      aggregateId: 700_000_011,
    },
    sides: ['"m":true', '"m":false'],
  },
  {
    venue: okx,
    contract: perpetual('okx', 'BTC-USDT-SWAP', SWAP),
    topic: 'trades:BTC-USDT-SWAP',
    url: 'wss://ws.okx.com:8443/ws/v5/public',
    trade: {
      symbol: 'BTCUSDT',
      venueSymbol: 'BTC-USDT-SWAP',
      price: '60000.1',
      quantity: '0.125',
      notionalUsd: '7500.0125',
      tradeId: '1330000011',
    },
    sides: ['"sell"', '"buy"'],
  },
  {
    venue: bybit,
    contract: perpetual('bybit', 'SHIB1000USDT', {
      ...THOUSAND_COINS,
      symbol: 'SHIBUSDT',
      baseAsset: 'SHIB',
    }),
    topic: 'publicTrade.SHIB1000USDT',
    url: 'wss://stream.bybit.com/v5/public/linear',
    trade: {
      symbol: 'SHIBUSDT',
      venueSymbol: 'SHIB1000USDT',
      price: '0.0000103',
      quantity: '25000000',
      notionalUsd: '257.5',
      tradeId: '4f5a31f0-0d5c-5b0e-9b5e-6f2d6c1e7a10',
    },
    sides: ['"Sell"', '"Buy"'],
  },
];

describe.each(CASES)('trades of $venue.name', ({ venue, contract, topic, url, trade, sides }) => {
  const { protocol, topicOf, normalise } = tradesOf(venue);
  const push = readFixture(`${venue.id}/fixtures/trades/push.json`);
  const text = JSON.stringify(push);
  const wanted = (name: string) => (name === topic ? contract : undefined);
  const [sold = '', bought = ''] = sides;

  test('are asked for by topic and come as data of it', () => {
    const socket = protocol(venue.roots);
    expect([topicOf(contract), socket.url]).toEqual([topic, url]);
    expect(socket.subscribe([topic])[0]?.topics).toEqual([topic]);
    const reading = socket.read(text);
    if (reading.kind !== 'data') throw new Error(reading.kind);
    expect(tradesFacts(normalise(reading.message, wanted, NOW))).toEqual(
      tradesFacts(normalise(push, wanted, NOW)),
    );
    expect(normalise(push, wanted, NOW).trades).toHaveLength(1);
    expect(normalise(push, () => undefined, NOW)).toEqual({ trades: [], problems: [] });
  });

  test('are in coins and dollars, exact, with the side of who took', () => {
    const { trades, problems } = tradesFacts(normalise(push, wanted, NOW));
    expect([trades, problems]).toEqual([
      [
        {
          topic,
          trade: {
            type: 'trade',
            venue: venue.id,
            takerSide: 'SELL',
            venueTimeMs: 1_790_000_200_100,
            receivedTimeMs: NOW,
            ...trade,
          },
        },
      ],
      [],
    ]);
    expect(text).toContain(sold);
    const other = normalise(JSON.parse(text.replace(sold, bought)), wanted, NOW);
    expect(other.trades[0]?.trade.takerSide).toBe('BUY');
  });

  test('that cannot be read are told as a problem each', () => {
    for (const [from, to] of [
      [sold, sold.replace(/(true|"\w+")$/, '"other"')],
      [sold, sold.replace(/(true|"\w+")$/, 'null')],
      [/"(25000|12\.5)"/, '"0"'],
      [/"(25000|12\.5)"/, '"-1"'],
      [/"(25000|12\.5)"/, '25000'],
      [/"(0\.01030*|60000\.1)"/, '"NaN"'],
      [/"(0\.01030*|60000\.1)"/, '"1e70"'],
      [/1790000200100/g, '1790000200'],
      [/1790000200100/g, '1890000200100'],
      [/"a":\d+|"tradeId":"\d+"|"i":"[^"]+"/, '"b":1'],
      [/"a":\d+|"tradeId":"\d+"|"i":"[^"]+"/, '"a":1.5,"tradeId":5,"i":"<b>"'],
      [/"(s|instId)":"(1000PEPEUSDT|BTC-USDT-SWAP|SHIB1000USDT)",/, ''],
      [/"s":"(1000PEPEUSDT|SHIB1000USDT)"|"instId":"BTC-USDT-SWAP",/, '"s":"BTCUSDT","instId":"X",'],
    ] as const) {
      const at = venue === okx && String(from).includes('instId') ? text.indexOf('"data"') : 0;
      const spoilt = text.slice(0, at) + text.slice(at).replace(from, to).replace(',,', ',');
      expect(spoilt).not.toBe(text);
      const { trades, problems } = normalise(JSON.parse(spoilt), wanted, NOW);
      expect([trades, problems.length]).toEqual([[], 1]);
    }
  });

  test('quoted in no dollars have no worth in dollars and are a problem', () => {
    const { trades, problems } = normalise(push, () => ({ ...contract, quoteAsset: 'BTC' }), NOW);
    expect([trades, problems]).toEqual([[], [expect.stringContaining('UNSUPPORTED_QUOTE')]]);
  });

  test('of a frame that is anything else are none', () => {
    for (const junk of [null, 7, 'x', [], {}, { data: null }, { stream: 1, data: [] }, { arg: 7, topic: [] }])
      expect(normalise(junk, () => contract, NOW).trades).toEqual([]);
    for (const other of [binance, okx, bybit]) {
      if (other === venue) continue;
      expect(
        normalise(readFixture(`${other.id}/fixtures/trades/push.json`), () => contract, NOW).trades,
      ).toEqual([]);
    }
    expect(
      protocol(venue.roots).read(JSON.stringify(readFixture(`${venue.id}/fixtures/books/push.json`))).kind,
    ).toBe('unreadable');
  });

  test('are refused from a test network', () => {
    const ws = {
      binance: 'wss://fstream.binancefuture.com',
      okx: 'wss://wspap.okx.com:8443',
      bybit: 'wss://stream-testnet.bybit.com',
    }[venue.id];
    expect(() => protocol({ ...venue.roots, ws: ws ?? '' })).toThrow(
      expect.objectContaining({ failure: 'REFUSED' }),
    );
  });
});

describe('trades of Binance', () => {
  const { normalise, protocol, history } = tradesOf(binance);
  const contract = perpetual('binance', '1000PEPEUSDT', THOUSAND_COINS);
  const push = readFixture('binance/fixtures/trades/push.json') as { readonly data: unknown };

  test('come bare from raw connections and proxies as well', () => {
    expect(protocol(binance.roots).read(JSON.stringify(push.data))).toEqual({
      kind: 'data',
      message: push.data,
    });
    const wanted = (topic: string) => (topic === '1000pepeusdt@aggTrade' ? contract : undefined);
    expect(tradesFacts(normalise(push.data, wanted, NOW))).toEqual(tradesFacts(normalise(push, wanted, NOW)));
  });

  test('of COIN-M are a problem', () => {
    const text = JSON.stringify(push).replace('"st":1', '"st":2');
    expect(normalise(JSON.parse(text), () => contract, NOW).problems).toEqual(['OTHER_PRODUCT: st is 2']);
  });

  test('that were missed are asked for by number, and come ascending, each once', async () => {
    const asked: string[] = [];
    const http = (url: string) => {
      asked.push(url.replace(binance.roots.rest, ''));
      return Promise.resolve(readFixture('binance/fixtures/trades/agg-trades.json'));
    };
    const request = { instrument: contract, fromId: 700_000_012, rows: 1_000, nowMs: NOW };
    const trades = await history!.list(http, binance.roots, request);
    expect(asked).toEqual(['/fapi/v1/aggTrades?symbol=1000PEPEUSDT&fromId=700000012&limit=1000']);
    expect(trades.map(({ aggregateId, takerSide, quantity }) => [aggregateId, takerSide, quantity])).toEqual([
      [700_000_012, 'SELL', '7000'],
      [700_000_013, 'BUY', '40000'],
    ]);
    expect([history!.maxRows, history!.points]).toEqual([1_000, 20]);
  });

  test('by REST are the same as those by the stream', async () => {
    const request = { instrument: contract, fromId: 0, rows: 10, nowMs: NOW };
    const body = readFixture('binance/fixtures/trades/agg-trades.json');
    const [first] = await history!.list(() => Promise.resolve(body), binance.roots, request);
    expect(tradeFacts(first!)).toEqual(tradesFacts(normalise(push, () => contract, NOW)).trades[0]?.trade);
  });

  test('by REST are UNREADABLE with a single bad row, and a failure is handed on', async () => {
    const request = { instrument: contract, fromId: 0, rows: 10, nowMs: NOW };
    const body = JSON.stringify(readFixture('binance/fixtures/trades/agg-trades.json'));
    for (const bad of [
      '{}',
      'null',
      '[7]',
      body.replace('"40"', '"x"'),
      body.replace('"m":false', '"m":1'),
    ]) {
      const asked = history!.list(() => Promise.resolve(JSON.parse(bad)), binance.roots, request);
      await expect(asked).rejects.toMatchObject({ failure: 'UNREADABLE' });
    }
    const failure = new VenueError('RATE_LIMITED', 'later');
    await expect(history!.list(() => Promise.reject(failure), binance.roots, request)).rejects.toBe(failure);
    const roots = { ...binance.roots, rest: 'https://testnet.binancefuture.com' };
    await expect(history!.list(() => Promise.resolve([]), roots, request)).rejects.toMatchObject({
      failure: 'REFUSED',
    });
  });
});

test('of an inverse contract are coins by their own price, in as many dollars as it holds', () => {
  const inverse = perpetual('okx', 'BTC-USDT-SWAP', {
    ...SWAP,
    sizeUnit: 'INVERSE_CONTRACTS',
    contractSize: parseDecimal('100'),
    quoteAsset: 'USD',
  });
  const push = readFixture('okx/fixtures/trades/push.json');
  const { trades } = tradesOf(okx).normalise(push, () => inverse, NOW);
  expect(trades[0]?.trade).toMatchObject({ notionalUsd: '1250', quantity: '0.020833298611168981' });
});

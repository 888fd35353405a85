import { describe, expect, test } from '@jest/globals';
import { parseDecimal, parseTimeframe } from '@orderfox/domain';
import fc from 'fast-check';
import { binance } from './binance/binance.adapter.js';
import { binanceBooks } from './binance/binance.books.js';
import { binanceCandles } from './binance/binance.candles.js';
import { scanDepth, ScannedDepth, ScannedTrade, scanTrade } from './binance/binance.scan.js';
import { binanceTrades } from './binance/binance.trades.js';
import { scanForceOrder } from './binance/force-order-scan.js';
import { scanKline } from './binance/kline-scan.js';
import { bybit } from './bybit/bybit.adapter.js';
import { bybitBooks } from './bybit/bybit.books.js';
import { bybitCandles } from './bybit/bybit.candles.js';
import { scanBybitBook, scanBybitTrades, ScannedBook } from './bybit/bybit.scan.js';
import { scanCandle } from './bybit/candle-scan.js';
import { bybitTrades } from './bybit/bybit.trades.js';
import { scanLiquidations } from './bybit/liquidation-scan.js';
import { hostileValue, leaves, replaced } from './contract/hostile-values.js';
import { perpetual, THOUSAND_COINS } from './contract/instrument-fixture.js';
import { booksFacts, tradesFacts } from './contract/market-facts.js';
import { readFixture } from './contract/venue-fixtures.js';
import { scanLiquidation } from './okx/liquidation-scan.js';
import { okx } from './okx/okx.adapter.js';
import { okxBooks } from './okx/okx.books.js';
import { scanOkxBooks, scanOkxTrades, ScannedBooks } from './okx/okx.scan.js';
import { okxTrades } from './okx/okx.trades.js';
import { type VenueAdapter } from './venue-adapter.js';
import { type VenueBooks } from './venue-books.js';
import { type VenueCandles } from './venue-candles.js';
import { type VenueTrades } from './venue-trades.js';

const ROOTS = {
  binance: { ws: 'wss://fstream.binance.com', rest: 'https://fapi.binance.com' },
  okx: { ws: 'wss://ws.okx.com:8443', rest: 'https://www.okx.com' },
  bybit: { ws: 'wss://stream.bybit.com', rest: 'https://api.bybit.com' },
};
const NOW = 1_790_000_200_400;

/** A fixture as its venue writes it, without a blank. */
function textOf(path: string): string {
  return JSON.stringify(readFixture(path));
}

interface Case {
  readonly title: string;
  readonly text: string;
  /** Whether the members of a row may come in any order. */
  readonly anyOrder: boolean;
  readonly scan: (text: string) => object | undefined;
  /** What becomes of a text on a connection: how it was read, and all that is known of it in the end. */
  readonly outcome: (text: string) => unknown;
}

function tradeCase(
  [venue, symbol, contract]: readonly [keyof typeof ROOTS, string, object],
  part: VenueTrades,
  scan: Case['scan'],
  anyOrder: boolean,
): Case {
  const instrument = perpetual(venue, symbol, contract);
  const socket = part.protocol(ROOTS[venue]);
  return {
    title: `trades of ${venue}, ${symbol}`,
    text: textOf(`${venue}/fixtures/trades/push.json`).replaceAll(/1000PEPEUSDT/gi, (name) =>
      name === name.toLowerCase() ? symbol.toLowerCase() : symbol,
    ),
    anyOrder,
    scan,
    outcome(text) {
      const reading = socket.read(text);
      return reading.kind === 'data'
        ? tradesFacts(part.normalise(reading.message, () => instrument, NOW))
        : reading;
    },
  };
}

function candleCase(
  [venue, symbol, timeframe]: readonly [keyof typeof ROOTS, string, string],
  part: VenueCandles,
  scan: Case['scan'],
): Case {
  const socket = part.protocol(ROOTS[venue]);
  const instrument = perpetual(venue, symbol, THOUSAND_COINS);
  const wanted = { instrument, timeframe: parseTimeframe(timeframe) };
  return {
    title: `candles of ${venue}`,
    text: textOf(`${venue}/fixtures/candles/push.json`),
    anyOrder: false,
    scan,
    outcome(text) {
      const reading = socket.read(text);
      return reading.kind === 'data' ? part.normalise(reading.message, () => wanted, NOW) : reading;
    },
  };
}

function bookCase(venue: keyof typeof ROOTS, part: VenueBooks, scan: Case['scan']): Case {
  const socket = part.protocol(ROOTS[venue]);
  return {
    title: `books of ${venue}`,
    text: textOf(`${venue}/fixtures/books/push.json`),
    anyOrder: true,
    scan,
    outcome(text) {
      const reading = socket.read(text);
      return reading.kind === 'data' ? booksFacts(part.normalise(reading.message, () => true)) : reading;
    },
  };
}

function liquidationCase(adapter: VenueAdapter, symbol: string, contract: object, scan: Case['scan']): Case {
  const instrument = perpetual(adapter.id, symbol, contract);
  const instruments = {
    get: (name: string) => (name === symbol ? instrument : undefined),
    all: () => [instrument],
  };
  const context = { roots: adapter.roots, instruments, records: (name: string) => name !== 'ETHUSDT' };
  const [feed] = adapter.feeds(context);
  if (feed === undefined) throw new Error('no feed');
  const { frames } = readFixture(`${adapter.id}/fixtures/liquidations.json`) as {
    readonly frames: readonly { readonly frame: unknown }[];
  };
  return {
    title: `liquidations of ${adapter.id}`,
    text: JSON.stringify(frames[0]?.frame),
    anyOrder: false,
    scan,
    outcome(text) {
      const reading = feed.protocol.read(text);
      if (reading.kind !== 'data') return reading;
      const { refusals, ...rest } = feed.normalise(reading.message, NOW);
      return { ...rest, problems: refusals };
    },
  };
}

const SWAP = { sizeUnit: 'LINEAR_CONTRACTS', contractSize: parseDecimal('0.01') };
/** One that is no text. */
const NUMBER = /(?<=:)\d{10,}(?=[,}])/;
const DEPTH = (stream: string) => stream.endsWith('@depth@100ms');

const CASES: readonly Case[] = [
  tradeCase(['binance', 'BTCUSDT', {}], binanceTrades, scanTrade, false),
  tradeCase(['binance', '1000PEPEUSDT', THOUSAND_COINS], binanceTrades, scanTrade, false),
  tradeCase(['okx', 'BTC-USDT-SWAP', SWAP], okxTrades, scanOkxTrades, true),
  tradeCase(
    ['bybit', 'SHIB1000USDT', THOUSAND_COINS],
    bybitTrades,
    (text) => scanBybitTrades(text, 'publicTrade.'),
    true,
  ),
  {
    ...tradeCase(
      ['bybit', 'SHIB1000USDT', THOUSAND_COINS],
      bybitTrades,
      (text) => scanBybitTrades(text, 'publicTrade.'),
      true,
    ),
    title: 'trades of bybit, two rows',
    text: `{"topic":"publicTrade.SHIB1000USDT","type":"snapshot","ts":1790000200110,"data":[${[1, 2]
      .map(
        (id) =>
          `{"T":1790000200100,"s":"SHIB1000USDT","S":"Sell","v":"25000","p":"0.010300","L":"PlusTick","i":"229000000118904811${id}","BT":false}`,
      )
      .join(',')}]}`,
  },
  liquidationCase(binance, 'BTCUSDT', {}, scanForceOrder),
  liquidationCase(okx, 'BTC-USDT-SWAP', SWAP, scanLiquidation),
  liquidationCase(bybit, 'BTCUSDT', {}, scanLiquidations),
  candleCase(['binance', '1000PEPEUSDT', '1m'], binanceCandles, scanKline),
  candleCase(['bybit', 'SHIB1000USDT', '5m'], bybitCandles, scanCandle),
  bookCase('binance', binanceBooks, (text) => scanDepth(text, DEPTH)),
  bookCase('okx', okxBooks, scanOkxBooks),
  bookCase('bybit', bybitBooks, (text) => scanBybitBook(text, 'orderbook.200.')),
];

/** With the members of its rows the other way round. */
function turned(value: unknown, isOutermost = true): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => turned(one, false));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, one]) => [name, turned(one, false)] as const);
  return Object.fromEntries(isOutermost ? members : members.reverse());
}

/** The rows as they came are in another order as well. */
function withoutRaw(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, one: unknown) => (name === 'raw' ? undefined : one)));
}

describe.each(CASES)('a scanned frame: $title', ({ text, anyOrder, scan, outcome }) => {
  /** A blank in front of it is nothing to the parser, and no scanner takes it. */
  const expectSame = (of: string) => expect(outcome(of)).toEqual(outcome(` ${of}`));

  test('is scanned in the form that the venue writes, and nothing with a blank in front is', () => {
    expect(scan(text)).toBeDefined();
    expect(scan(` ${text}`)).toBeUndefined();
    expectSame(text);
    expect(outcome(text)).toMatchObject({ problems: [] });
  });

  test('means the same with the members of its rows in another order', () => {
    const frame = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { arg, ...rest } = frame;
    const other = JSON.stringify({ ...(arg !== undefined && { arg }), ...(turned(rest) as object) });
    expect(other).not.toBe(text);
    expect(scan(other) !== undefined).toBe(anyOrder);
    expectSame(other);
    expect(withoutRaw(outcome(other))).toEqual(withoutRaw(outcome(text)));
  });

  test('is left to the parser in any other form', () => {
    for (const other of [
      text.replace(':', ': '),
      text.replace('USDT', '\\u0055SDT'),
      text.replace(NUMBER, '1790000200100.5'),
      text.replace(NUMBER, '-1'),
      text.replace(NUMBER, '01'),
      text.replace(NUMBER, '1e3'),
      text.replace(NUMBER, 'null'),
      text.replace(NUMBER, '{"b":[]}'),
      text.replace(NUMBER, '1234567890123456'),
      text.replace(/^\{/, '{"id":1,'),
      text.replace(
        /aggTrade|depth|trades|books|publicTrade|orderbook|allLiquidation|kline|!forceOrder|liquidation-orders/,
        'ticker',
      ),
      `${text} `,
      text.slice(0, -1),
      `${text}}`,
      text.replace(/\}\}$|\}$/, ',$&'),
      '',
      '{}',
    ]) {
      if (other === text) continue;
      expect(`${other}: ${typeof scan(other)}`).toBe(`${other}: undefined`);
      expectSame(other);
    }
  });

  test('means what the parsed one means, whatever a character is replaced by', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          '"',
          '\\',
          ',',
          ':',
          '.',
          '0',
          '-',
          'e9',
          '[',
          ']',
          '{',
          '}',
          ' ',
          '\n',
          '\u0000',
          '\ud800',
          '@',
          '',
        ],
        ...['"b":[],', '"b":null,', '"s":"X",', '["1","2"],', '["1","2",3],', '"st":1,', '"":0,'],
        ...[
          '"__proto__":1,',
          '"topic":"x",',
          '"data":[],',
          '"event":"x",',
          '"u":1,',
          '"instId":"X",',
          '00',
          '.0',
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const change = fc.record({ at: fc.nat(text.length), cut: fc.nat(4), piece });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        let spoilt = text;
        for (const { at, cut, piece: by } of changes)
          spoilt = spoilt.slice(0, at) + by + spoilt.slice(at + cut);
        expectSame(spoilt);
      }),
      { numRuns: 3_000 },
    );
  });

  test('means what the parsed one means, whatever a value is replaced by', () => {
    const frame: unknown = JSON.parse(text);
    fc.assert(
      fc.property(fc.constantFrom(...leaves(frame)), hostileValue, (path, value) => {
        expectSame(JSON.stringify(replaced(frame, path, value)));
      }),
      { numRuns: 1_500 },
    );
  });

  test('means what the parsed one means, however its numbers are written', () => {
    const digits = fc.stringMatching(/^\d{0,18}$/);
    const written = fc.tuple(digits, fc.constantFrom('', '.', '..'), digits).map((parts) => parts.join(''));
    const inQuotes = [...text.matchAll(/"[\d.]+"/g)];
    fc.assert(
      fc.property(fc.constantFrom(...inQuotes), written, ({ index, 0: { length } }, number) => {
        expectSame(`${text.slice(0, index)}"${number}"${text.slice(index + length)}`);
      }),
      { numRuns: 1_500 },
    );
  });

  test('is read for every length of it, and for every member of its rows left out or twice', () => {
    for (let length = 0; length < text.length; length += 1) expectSame(text.slice(0, length));
    for (const [member] of text.matchAll(/"\w+":(?:"[^"]*"|\d+|true|false)/g)) {
      expectSame(text.replace(`,${member}`, ''));
      expectSame(text.replace(`${member},`, ''));
      const name = member.slice(0, member.indexOf(':'));
      for (const again of [member, `${name}:"7"`, `${name}:7`, `${name}:[]`, `${name}:true`]) {
        expectSame(text.replace(member, `${member},${again}`));
        expectSame(text.replace(/(\}\]\}|\}\})$/, `,${again}$1`));
        expectSame(text.replace(/\}$/, `,${again}}`));
      }
    }
  });
});

test('frames of books that were scanned are known by it: their levels are checked already', () => {
  const [depth, okx, bybit] = CASES.slice(-3).map(({ scan, text }) => scan(text));
  expect(depth).toBeInstanceOf(ScannedDepth);
  expect(okx).toBeInstanceOf(ScannedBooks);
  expect(bybit).toBeInstanceOf(ScannedBook);
  expect(CASES[0]!.scan(CASES[0]!.text)).toBeInstanceOf(ScannedTrade);
});

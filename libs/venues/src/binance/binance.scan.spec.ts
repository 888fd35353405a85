import { describe, expect, test } from '@jest/globals';
import { type SocketProtocol } from '@orderfox/feed';
import fc from 'fast-check';
import { hostileValue, leaves, replaced } from '../contract/hostile-values.js';
import { perpetual, THOUSAND_COINS } from '../contract/instrument-fixture.js';
import { readFixture } from '../contract/venue-fixtures.js';
import { binanceBooks } from './binance.books.js';
import { binanceProtocol } from './binance.protocol.js';
import { ScannedDepth, scanDepth, scanTrade } from './binance.scan.js';
import { binanceTrades } from './binance.trades.js';

const ROOTS = { ws: 'wss://fstream.binance.com', rest: 'https://fapi.binance.com' };
const NOW = 1_790_000_200_400;

const CONTRACT = perpetual('binance', '1000PEPEUSDT', THOUSAND_COINS);

/** A fixture as the venue writes it, without a blank. */
function textOf(name: string): string {
  return JSON.stringify(readFixture(`binance/fixtures/${name}/push.json`));
}

const isDepth = (stream: string) => stream.endsWith('@depth@100ms');
const isTrade = (stream: string) => stream.endsWith('@aggTrade');

const CASES = [
  {
    name: 'books',
    text: textOf('books'),
    scan: (text: string): object | undefined => scanDepth(text, isDepth),
    scanning: binanceBooks.protocol(ROOTS),
    parsing: binanceProtocol(ROOTS.ws, { isStream: isDepth, trafficClass: 'public' }),
    normalise: (message: unknown): unknown => binanceBooks.normalise(message, () => true),
  },
  {
    name: 'trades',
    text: textOf('trades'),
    scan: (text: string): object | undefined => scanTrade(text, isTrade),
    scanning: binanceTrades.protocol(ROOTS),
    parsing: binanceProtocol(ROOTS.ws, { isStream: isTrade, event: 'aggTrade' }),
    normalise: (message: unknown): unknown => binanceTrades.normalise(message, () => CONTRACT, NOW),
  },
];

describe.each(CASES)('a scanned frame of $name', ({ name, text, scan, scanning, parsing, normalise }) => {
  /** What becomes of a text on a connection: how it was read, and what of it is known in the end. */
  function outcome(protocol: SocketProtocol, of: string): unknown {
    const reading = protocol.read(of);
    return reading.kind === 'data' ? normalise(reading.message) : reading;
  }

  const expectSame = (of: string) => expect(outcome(scanning, of)).toEqual(outcome(parsing, of));

  test('is scanned in the form that the venue writes, members in any order', () => {
    expect(scan(text)).toBeDefined();
    expectSame(text);
    const { stream, data } = JSON.parse(text) as { readonly stream: string; readonly data: object };
    const turned = JSON.stringify({ stream, data: Object.fromEntries(Object.entries(data).reverse()) });
    expect(scan(turned)).toBeDefined();
    expectSame(turned);
    expect(outcome(scanning, turned)).toEqual(outcome(scanning, text));
  });

  test('is left to the parser in any other form', () => {
    for (const other of [
      text.replace(':', ': '),
      text.replace('PEPE', '\\u0050EPE'),
      text.replace(/"E":\d+/, '"E":1.5'),
      text.replace(/"E":\d+/, '"E":-1'),
      text.replace(/"E":\d+/, '"E":01'),
      text.replace(/"E":\d+/, '"E":1e3'),
      text.replace(/"E":\d+/, '"E":null'),
      text.replace(/"E":\d+/, '"E":{"b":[]}'),
      text.replace(/"E":\d+/, '"E":1234567890123456'),
      text.replace('{"stream"', '{"id":1,"stream"'),
      text.replace(/@\w+(@100ms)?"/, '@bookTicker"'),
      `${text} `,
      text.slice(0, -1),
      `${text}}`,
      text.replace(/\}\}$/, ',}}'),
      '',
      '{}',
    ]) {
      expect(other).not.toBe(text);
      expect(scan(other)).toBeUndefined();
      expectSame(other);
    }
  });

  test('means what the parsed one means, whatever a character is replaced by', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...['"', '\\', ',', ':', '.', '0', '-', 'e9', '[', ']', '{', '}', ' ', '\n', '\u0000', '\ud800', ''],
        ...[
          '"b":[],',
          '"b":null,',
          '"s":"X",',
          '["1","2"],',
          '["1","2",3],',
          '"st":1,',
          '"":0,',
          '"__proto__":1,',
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
      { numRuns: 5_000 },
    );
  });

  test('means what the parsed one means, whatever a value is replaced by', () => {
    const frame: unknown = JSON.parse(text);
    fc.assert(
      fc.property(fc.constantFrom(...leaves(frame)), hostileValue, (path, value) => {
        expectSame(JSON.stringify(replaced(frame, path, value)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is read for every length of it, and for every member left out or twice', () => {
    for (let length = 0; length < text.length; length += 1) expectSame(text.slice(0, length));
    const { stream, data } = JSON.parse(text) as { readonly stream: string; readonly data: object };
    for (const [key, value] of Object.entries(data)) {
      const rest = Object.fromEntries(Object.entries(data).filter(([other]) => other !== key));
      expectSame(JSON.stringify({ stream, data: rest }));
      for (const again of [value, '7', 7, [], true] as const) {
        expectSame(text.replace(/\}\}$/, `,${JSON.stringify(key)}:${JSON.stringify(again)}}}`));
      }
    }
  });

  test(`gives ${name === 'books' ? 'levels that are checked already' : 'a plain frame'}`, () => {
    expect(scan(text) instanceof ScannedDepth).toBe(name === 'books');
  });
});

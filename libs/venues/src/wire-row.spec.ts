import { describe, expect, test } from '@jest/globals';
import { type Instrument } from '@orderfox/domain';
import fc from 'fast-check';
import { perpetual } from './contract/instrument-fixture.js';
import { NormalizeError } from './normalize-error.js';
import { readInstrument, readOptionalPositive, readPositive, readTimeMs } from './wire-row.js';

function reasonOf(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (error instanceof NormalizeError) {
      expect(error.detail.length).toBeLessThan(200);
      return error.reason;
    }
    throw error;
  }
  return 'taken';
}

const NOW = 1_790_000_000_000;

describe('numbers', () => {
  test.each([
    ['0.1336000', '0.1336'],
    ['1e-8', '0.00000001'],
    ['1E+19', '10000000000000000000'],
    ['99999999999999999999', '99999999999999999999'],
    ['0.000000000000000001', '0.000000000000000001'],
  ])('%s is read exactly', (text, expected) => {
    expect(readPositive(text, 'p')).toBe(expected);
    expect(readOptionalPositive(text, 'p')).toBe(expected);
  });

  test.each(
    [
      [
        '',
        'NaN',
        'Infinity',
        '-Infinity',
        '-1',
        '-0.5',
        ' 1',
        '1,000',
        '0x1',
        'None',
        '1e21',
        '9'.repeat(21),
      ],
      [`0.${'1'.repeat(60)}`, '9'.repeat(1_000_000), 1, 0.1, null, true, [], {}, ['1']],
    ].flat(),
  )('%j is no number (F50)', (value) => {
    expect(reasonOf(() => readPositive(value, 'p'))).toBe('BAD_NUMBER');
    expect(reasonOf(() => readOptionalPositive(value, 'p'))).toBe('BAD_NUMBER');
  });

  test.each(['0', '0.000', '-0', '0e5'])(
    '%s is refused where a number must be, and nothing where it may be',
    (zero) => {
      expect(reasonOf(() => readPositive(zero, 'p'))).toBe('BAD_NUMBER');
      expect(readOptionalPositive(zero, 'p')).toBeUndefined();
    },
  );

  test('a number that is absent is missing where it must be, and nothing where it may be', () => {
    expect(reasonOf(() => readPositive(undefined, 'p'))).toBe('BAD_NUMBER');
    expect(readOptionalPositive(undefined, 'p')).toBeUndefined();
  });
});

describe('times', () => {
  test('takes milliseconds as a number or as thirteen digits of text', () => {
    expect(readTimeMs(NOW - 1, 'T', NOW)).toBe(NOW - 1);
    expect(readTimeMs(String(NOW), 'T', NOW)).toBe(NOW);
  });

  test('takes what lies between 2017 and five minutes from now, and nothing else (F25)', () => {
    const earliest = Date.UTC(2017, 0, 1);
    const latest = NOW + 300_000;
    fc.assert(
      fc.property(fc.integer({ min: earliest, max: latest }), (time) => {
        expect(readTimeMs(time, 'T', NOW)).toBe(time);
      }),
    );
    for (const time of [earliest - 1, latest + 1, 0, -1, NOW + 0.5, NaN, Infinity]) {
      expect(reasonOf(() => readTimeMs(time, 'T', NOW))).toBe('BAD_TIME');
    }
  });

  test.each([10, 16, 19])('never guesses that a stamp of %i digits is in another unit', (digits) => {
    const stamp = `179${'0'.repeat(digits - 3)}`;
    expect(reasonOf(() => readTimeMs(Number(stamp), 'T', NOW))).toBe('BAD_TIME');
    expect(reasonOf(() => readTimeMs(stamp, 'T', NOW))).toBe('BAD_TIME');
  });

  test.each([undefined, null, '', 'now', '2026-09-21T00:00:00Z', '1.79e12', {}, [NOW], true])(
    '%j is no time',
    (value) => {
      expect(reasonOf(() => readTimeMs(value, 'T', NOW))).toBe('BAD_TIME');
    },
  );
});

describe('instruments', () => {
  const btc = perpetual('toy', 'BTCUSDT');
  const listed = (instrument: Instrument) => ({
    get: (symbol: string) => (symbol === instrument.venueSymbol ? instrument : undefined),
    all: () => [instrument],
  });

  test('finds the contract that a row names', () => {
    expect(readInstrument('BTCUSDT', 's', listed(btc))).toBe(btc);
  });

  test.each(['NILUSDT', '币安人生USDT', 'BTCUSDT_260925', 'BTC-USDT-SWAP', 'constructor', 'toString'])(
    '%s may be a contract that the catalogue does not have yet',
    (name) => {
      expect(reasonOf(() => readInstrument(name, 's', listed(btc)))).toBe('UNKNOWN_INSTRUMENT');
    },
  );

  test.each(
    [
      [
        '',
        ' ',
        'BTC USDT',
        '<img src=x onerror=alert(1)>',
        '__proto__',
        'BTC\u0000USDT',
        'BTC\u202eUSDT',
        'BTC\nUSDT',
      ],
      [
        'A'.repeat(41),
        'A'.repeat(1_000_000),
        '\ud800',
        '\u200bBTC',
        "'; DROP TABLE",
        null,
        undefined,
        7,
        {},
        ['BTC'],
      ],
    ].flat(),
  )('%p is no name of a contract (F51)', (value) => {
    expect(reasonOf(() => readInstrument(value, 's', listed(btc)))).toBe('MALFORMED');
  });

  test.each(['USDT', 'USDC', 'USD', 'BUSD', 'FDUSD', 'TUSD', 'USD1', 'USDE'])(
    '%s counts as dollars',
    (quoteAsset) => {
      expect(readInstrument('BTCUSDT', 's', listed({ ...btc, quoteAsset })).quoteAsset).toBe(quoteAsset);
    },
  );

  test.each(['BTC', 'EUR', 'BNFCR', 'TRY'])('%s does not', (quoteAsset) => {
    expect(reasonOf(() => readInstrument('BTCUSDT', 's', listed({ ...btc, quoteAsset })))).toBe(
      'UNSUPPORTED_QUOTE',
    );
  });
});

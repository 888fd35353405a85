import { describe, expect, test } from '@jest/globals';
import { fromOrderSide, parseDecimal, type Instrument } from '@orderfox/domain';
import { perpetual } from './contract/instrument-fixture.js';
import { toLiquidation, type CheckedRow } from './liquidation-event.js';
import { normaliseRows, type RowReader } from './normalise-rows.js';
import { NormalizeError } from './normalize-error.js';

const NOW = 1_790_000_000_000;
const context = {
  venue: 'toy',
  instruments: { get: () => undefined, all: () => [] },
  records: () => true,
  receivedTimeMs: NOW,
};

const linear = perpetual('toy', '1000CATUSD', {
  symbol: 'CATUSD',
  baseAsset: 'CAT',
  quoteAsset: 'USD',
  multiplierPower: 3,
  tickSize: parseDecimal('0.001'),
});

const row: CheckedRow = {
  eventKey: 'toy|1',
  instrument: linear,
  sides: fromOrderSide('BUY'),
  size: parseDecimal('2'),
  price: parseDecimal('5'),
  averagePrice: parseDecimal('6'),
  markPrice: parseDecimal('7'),
  priceUsed: 'FILL',
  venueTimeMs: NOW,
  receivedTimeMs: NOW,
  raw: '{}',
};

const reader = (read: RowReader<unknown>['read']): RowReader<unknown> => ({
  read,
  symbolOf: (value) => (value as { s?: unknown } | null)?.s,
  rawOf: (value) => value,
});

const refusing = reader((value) => {
  throw new NormalizeError('BAD_NUMBER', `p is ${JSON.stringify(value)}`);
});

describe('normaliseRows', () => {
  test('ends every row as one event, one refusal or one skipped row', () => {
    const event = toLiquidation(row);
    const outcomes = [event, undefined, { contradictory: event }, 'refused', 'broken', undefined];
    const result = normaliseRows(
      outcomes.map((_, index) => index),
      {},
      context,
      reader((index) => {
        const outcome = outcomes[index as number];
        if (outcome === 'refused') throw new NormalizeError('BAD_SIDE', 'side');
        if (typeof outcome === 'string') throw new RangeError('a bug');
        return outcome;
      }),
    );
    expect(result.events).toEqual([event, event]);
    expect(result.refusals.map(({ reason, detail }) => [reason, detail])).toEqual([
      ['BAD_SIDE', 'side'],
      ['MALFORMED', 'unexpected: RangeError: a bug'],
    ]);
    expect([result.skipped, result.contradictions]).toEqual([2, 1]);
  });

  test('says nothing of skipped rows and contradictions where there are none', () => {
    const result = normaliseRows(
      [1],
      {},
      context,
      reader(() => toLiquidation(row)),
    );
    expect(Object.keys(result)).toEqual(['events', 'refusals']);
  });

  test('a refusal keeps the row, its symbol and the field, each within its bound', () => {
    const long = { s: 'BTCUSDT', junk: '\u{1f600}'.repeat(5_000) };
    const { refusals } = normaliseRows([long], {}, context, refusing);
    expect(refusals[0]).toMatchObject({
      type: 'refusal',
      venue: 'toy',
      venueSymbol: 'BTCUSDT',
      receivedTimeMs: NOW,
    });
    expect(refusals[0]!.raw.length).toBeLessThanOrEqual(4_096);
    expect(refusals[0]!.detail.length).toBeLessThanOrEqual(200);
    expect([refusals[0]!.raw.isWellFormed(), refusals[0]!.detail.isWellFormed()]).toEqual([true, true]);
  });

  test.each(['<b>', '\u202eX', 'A'.repeat(41), '', 7, null])(
    'a refusal does not repeat %p as a symbol',
    (s) => {
      expect(normaliseRows([{ s }], {}, context, refusing).refusals[0]).not.toHaveProperty('venueSymbol');
    },
  );

  test('a frame without rows is refused, so that it does not vanish', () => {
    const { refusals } = normaliseRows([], { topic: 'x' }, context, refusing);
    expect(refusals).toMatchObject([{ reason: 'MALFORMED', detail: 'no rows', raw: '{"topic":"x"}' }]);
  });

  test('a frame of more rows than any documented one is refused whole, in bounded memory', () => {
    const { refusals } = normaliseRows(new Array(10_001).fill(1), [], context, refusing);
    expect(refusals).toHaveLength(1);
    expect(normaliseRows(new Array(10_000).fill(1), [], context, refusing).refusals).toHaveLength(10_000);
  });

  test('a row that is nested too deeply to be written down is refused all the same', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(normaliseRows([deep], {}, context, refusing).refusals).toHaveLength(1);
  });
});

describe('toLiquidation', () => {
  test('converts every price and the quantity to one coin, and keeps the dollars', () => {
    expect(toLiquidation(row)).toMatchObject({
      quantity: '2000',
      price: '0.005',
      averagePrice: '0.006',
      markPrice: '0.007',
      notionalUsd: '12',
    });
  });

  test.each([
    ['FILL', '12'],
    ['MARK', '14'],
    ['ORDER', '10'],
    ['BANKRUPTCY', '10'],
  ] as const)('computes the notional with the price of kind %s', (priceUsed, notionalUsd) => {
    expect(toLiquidation({ ...row, priceUsed })).toMatchObject({ priceUsed, notionalUsd });
  });

  test('leaves prices out that the venue did not give', () => {
    const event = toLiquidation({
      ...row,
      averagePrice: undefined,
      markPrice: undefined,
      priceUsed: 'ORDER',
    });
    expect(event).not.toHaveProperty('averagePrice');
    expect(event).not.toHaveProperty('markPrice');
  });

  test('never assumes the size of a contract', () => {
    const unsized: Instrument = { ...linear, sizeUnit: 'LINEAR_CONTRACTS' };
    expect(() => toLiquidation({ ...row, instrument: unsized })).toThrow(
      expect.objectContaining({ reason: 'UNKNOWN_INSTRUMENT' }),
    );
  });

  test('refuses what would be wider than a stored number, and what rounds to nothing', () => {
    const wide = parseDecimal(`${'9'.repeat(20)}.${'9'.repeat(19)}`);
    expect(() => toLiquidation({ ...row, size: wide, averagePrice: wide })).toThrow(
      expect.objectContaining({ reason: 'BAD_NUMBER' }),
    );
    const inverse: Instrument = {
      ...linear,
      multiplierPower: 0,
      sizeUnit: 'INVERSE_CONTRACTS',
      contractSize: parseDecimal('1'),
    };
    expect(() =>
      toLiquidation({
        ...row,
        instrument: inverse,
        size: parseDecimal('0.1'),
        averagePrice: parseDecimal('1e19'),
      }),
    ).toThrow(expect.objectContaining({ reason: 'BAD_NUMBER' }));
  });

  test('refuses a row that is many times larger than any documented one', () => {
    expect(() => toLiquidation({ ...row, raw: 'x'.repeat(4_097) })).toThrow(
      expect.objectContaining({ reason: 'MALFORMED' }),
    );
  });
});

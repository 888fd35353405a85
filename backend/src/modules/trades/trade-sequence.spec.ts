import { describe, expect, test } from '@jest/globals';
import { trade } from './trade-double-for-tests.js';
import { TradeSequence } from './trade-sequence.js';

function after(...ids: readonly (number | string)[]): TradeSequence {
  const sequence = new TradeSequence();
  for (const id of ids) sequence.add(trade(id));
  return sequence;
}

describe('numbered trades', () => {
  test('the first is next, whatever its number, and so is each that follows by one', () => {
    expect(after().place(trade(700))).toEqual({ kind: 'NEXT' });
    expect(after(700).place(trade(701))).toEqual({ kind: 'NEXT' });
  });

  test('a number that was passed is known', () => {
    expect(after(700, 701).place(trade(701))).toEqual({ kind: 'KNOWN' });
    expect(after(700, 701).place(trade(650))).toEqual({ kind: 'KNOWN' });
  });

  test('says which are left out', () => {
    expect(after(700).place(trade(705))).toEqual({ kind: 'GAP', fromId: 701, missing: 4 });
  });

  test('takes up numbers that begin anew, and does not wait for ever for those before a senseless one', () => {
    const sequence = after(Number.MAX_SAFE_INTEGER);
    expect(sequence.place(trade(5))).toEqual({ kind: 'GAP' });
    sequence.skipTo(trade(5));
    expect(sequence.place(trade(5))).toEqual({ kind: 'NEXT' });
  });

  test('takes up numbers that begin anew among those that were passed when the next bears the first out', () => {
    const { venueTimeMs } = trade(1);
    const made = (id: number, afterMs: number) => {
      const timeMs = venueTimeMs + afterMs;
      return trade(id, { venueTimeMs: timeMs, receivedTimeMs: timeMs });
    };
    const sequence = after(700);
    expect(sequence.place(made(5, 60_000))).toEqual({ kind: 'KNOWN' });
    expect(sequence.place(made(6, 60_001))).toEqual({ kind: 'KNOWN' });
    expect(sequence.place(made(7, 60_001))).toEqual({ kind: 'GAP' });
    // One odd time, and another one much later, are none.
    sequence.add(trade(701));
    expect(sequence.place(made(8, 70_000))).toEqual({ kind: 'KNOWN' });
    expect(sequence.place(made(8, 70_000))).toEqual({ kind: 'KNOWN' });
    expect(sequence.place(made(7, 80_000))).toEqual({ kind: 'KNOWN' });
    // Nor are times that nobody can have had yet.
    for (const id of [9, 10]) {
      const ahead = { ...made(id, 400_000), receivedTimeMs: venueTimeMs + 99_999 };
      expect(sequence.place(ahead)).toEqual({ kind: 'KNOWN' });
    }
  });

  test('what is skipped is known', () => {
    const sequence = after(700);
    sequence.skipTo(trade(705));
    expect(sequence.place(trade(705))).toEqual({ kind: 'NEXT' });
    expect(sequence.place(trade(704))).toEqual({ kind: 'KNOWN' });
  });
});

describe('trades without numbers', () => {
  test('are known by their id for a long time, but not for ever', () => {
    const sequence = after('a');
    expect(sequence.place(trade('a'))).toEqual({ kind: 'KNOWN' });
    for (let index = 0; index < 4_096; index += 1) sequence.add(trade(`b${index}`));
    expect(sequence.place(trade('a'))).toEqual({ kind: 'NEXT' });
    expect(sequence.place(trade('b0'))).toEqual({ kind: 'KNOWN' });
  });

  test('tell whether there was one', () => {
    expect([after().hasBegun, after('a').hasBegun, after(1).hasBegun]).toEqual([false, true, true]);
    expect([after('a').isNumbered, after(1).isNumbered]).toEqual([false, true]);
  });
});

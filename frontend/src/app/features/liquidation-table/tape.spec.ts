import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aLiquidation } from '../../testing/samples.js';
import { putOnTop } from './tape.js';

const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe('putOnTop', () => {
  test('puts the newest on top', () => {
    const rows = putOnTop([aLiquidation(1)], [aLiquidation(2), aLiquidation(3)], 50);
    expect(ids(rows)).toEqual(['event-3', 'event-2', 'event-1']);
  });

  test('puts what happened earlier below, and of equal times what came later on top (S065)', () => {
    const rows = [aLiquidation(6), aLiquidation(4)];
    const twin = aLiquidation(7, { timestamp: aLiquidation(6).timestamp });
    expect(ids(putOnTop(rows, [aLiquidation(1), aLiquidation(5), twin], 4))).toEqual([
      'event-7',
      'event-6',
      'event-5',
      'event-4',
    ]);
  });

  test('keeps 5 of 10 with a limit of 5 (S117)', () => {
    const incoming = Array.from({ length: 10 }, (_, seq) => aLiquidation(seq));
    expect(ids(putOnTop([], incoming, 5))).toEqual(['event-9', 'event-8', 'event-7', 'event-6', 'event-5']);
  });

  test('returns the same rows when nothing is new, so that nothing is painted', () => {
    const rows = [aLiquidation(1)];
    expect(putOnTop(rows, [aLiquidation(1)], 50)).toBe(rows);
  });

  test('never shows an id twice and never more than the limit, however deliveries overlap', () => {
    const delivery = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(delivery, { maxLength: 10 }),
        fc.integer({ min: 1, max: 20 }),
        (deliveries, limit) => {
          let rows: ReturnType<typeof putOnTop> = [];
          for (const seqs of deliveries)
            rows = putOnTop(
              rows,
              seqs.map((seq) => aLiquidation(seq)),
              limit,
            );
          expect(new Set(ids(rows)).size).toBe(rows.length);
          expect(rows.length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});

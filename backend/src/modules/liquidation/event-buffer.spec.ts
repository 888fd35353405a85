import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { liquidationForTests, liquidationsForTests } from '../../testing/liquidations-for-tests.js';
import { EventBuffer } from './event-buffer.js';

const ROOMY = { events: 1_000, bytes: 10_000_000 };

describe('EventBuffer', () => {
  test('refuses what exceeds the number of events, and takes more when some have left', () => {
    const buffer = new EventBuffer({ ...ROOMY, events: 3 });
    expect(liquidationsForTests(4).map((event) => buffer.offer(event))).toEqual([true, true, true, false]);
    expect(buffer.fill).toBe(1);
    buffer.take(1);
    expect(buffer.offer(liquidationForTests(9))).toBe(true);
  });

  test('refuses what exceeds the memory allowed, by the weight of the raw text', () => {
    const buffer = new EventBuffer({ ...ROOMY, bytes: 100_000 });
    const heavy = (n: number) => liquidationForTests(n, { raw: 'x'.repeat(45_000) });
    expect([heavy(1), heavy(2), heavy(3)].map((event) => buffer.offer(event))).toEqual([true, true, false]);
    expect(buffer.bytes).toBeLessThanOrEqual(100_000);
  });

  test('is first in, first out and weighs nothing when empty, whatever is taken and put back', () => {
    const step = fc.oneof(fc.constant('offer' as const), fc.constant('return' as const), fc.nat(7));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const buffer = new EventBuffer(ROOMY);
        const model: string[] = [];
        let offered = 0;
        for (const what of steps) {
          if (what === 'offer') {
            const event = liquidationForTests((offered += 1));
            buffer.offer(event);
            model.push(event.eventKey);
          } else if (what === 'return') {
            buffer.putBack(buffer.take(3));
          } else {
            expect(buffer.take(what).map(({ eventKey }) => eventKey)).toEqual(model.splice(0, what));
          }
          expect([buffer.length, buffer.first?.eventKey]).toEqual([model.length, model[0]]);
        }
        buffer.take(model.length);
        expect(buffer.bytes).toBe(0);
      }),
    );
  });
});

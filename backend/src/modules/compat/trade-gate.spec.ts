import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_HELD, TradeGate } from './trade-gate.js';

const body = (id: number) =>
  Buffer.from(JSON.stringify({ type: 'trades_update', trades: [{ id: `t${id}` }] }));
const trouble = Buffer.from(JSON.stringify({ type: 'error', code: 'UNAVAILABLE' }));

describe('TradeGate', () => {
  test('tells each trade once, wherever the past ends and whenever it comes', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(20), fc.nat(20), (before, joined, asked, later) => {
        const gate = new TradeGate();
        const told: string[] = [];
        const send = (one: Uint8Array) => void told.push(Buffer.from(one).toString());
        // Trades 0 to `before` were made before it was joined; the past is read `asked` trades later, and what was made
        // until then is delivered partly before that, partly after it.
        const total = before + joined + asked + later;
        const past = Array.from({ length: before + joined + asked }, (_, id) => id);
        for (let id = before; id < before + joined; id += 1) gate.take(body(id), send);
        expect(told).toEqual([]);
        gate.open(past.map((id) => `t${id}`));
        for (let id = before + joined; id < total; id += 1) gate.take(body(id), send);
        const live = told.map((text) => (JSON.parse(text) as { trades: [{ id: string }] }).trades[0].id);
        expect([...past.map((id) => `t${id}`), ...live]).toEqual(
          Array.from({ length: total }, (_, id) => `t${id}`),
        );
      }),
    );
  });

  test('S132: tells none twice and none after a newer one where more waited than the past holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(40), fc.nat(10), (newest, older, later) => {
        const gate = new TradeGate();
        const told: Uint8Array[] = [];
        const send = (one: Uint8Array) => void told.push(one);
        // All of the past was held, and more before it and after it.
        const read = older + newest;
        gate.take(trouble, send);
        for (let id = 0; id < read + later; id += 1) gate.take(body(id), send);
        gate.open(Array.from({ length: newest }, (_, n) => `t${read - 1 - n}`));
        gate.take(body(read + later), send);
        const after = Array.from({ length: later + 1 }, (_, n) => body(read + n));
        expect(told).toEqual([trouble, ...after]);
      }),
    );
  });

  test('tells all that waited where none of it is in the past', () => {
    const gate = new TradeGate();
    const told: Uint8Array[] = [];
    const send = (one: Uint8Array) => void told.push(one);
    for (const id of [3, 4]) gate.take(body(id), send);
    gate.open(['t1', 't2']);
    expect(told).toEqual([body(3), body(4)]);
  });

  test('lets trouble pass, and goes on looking for what was told', () => {
    const gate = new TradeGate();
    const told: Uint8Array[] = [];
    gate.open(['t1']);
    for (const one of [trouble, body(1), body(2), body(1)]) gate.take(one, (given) => void told.push(given));
    expect(told).toEqual([trouble, body(2), body(1)]);
  });

  test('lets only so many wait, and says so', () => {
    const gate = new TradeGate();
    for (let id = 0; id <= MAX_HELD; id += 1) {
      expect(gate.hasOverflowed).toBe(false);
      gate.take(body(id), () => undefined);
    }
    expect(gate.hasOverflowed).toBe(true);
  });
});

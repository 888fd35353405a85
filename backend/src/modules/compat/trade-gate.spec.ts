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

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from './fake-clock.js';
import { SendPacer } from './send-pacer.js';

describe('SendPacer', () => {
  test('sends in order and never faster than the pace, whenever things are handed in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 40 }), (pauses) => {
        const clock = new FakeClock();
        const pacer = new SendPacer(clock, 250);
        const sent: [number, number][] = [];
        pauses.forEach((pauseMs, index) => {
          clock.advance(pauseMs);
          pacer.send(() => sent.push([index, clock.monotonicMs()]));
        });
        clock.advance(250 * pauses.length);
        expect(sent.map(([index]) => index)).toEqual(pauses.map((_, index) => index));
        sent.forEach(([, atMs], index) => {
          if (index > 0) expect(atMs - sent[index - 1]![1]).toBeGreaterThanOrEqual(250);
        });
      }),
    );
  });

  test('a heartbeat goes before what waits, yet not before the pause is over', () => {
    const clock = new FakeClock();
    const pacer = new SendPacer(clock, 250);
    const sent: string[] = [];
    for (const name of ['first', 'second']) pacer.send(() => sent.push(name));
    pacer.sendFirst(() => sent.push('heartbeat'));
    expect(sent).toEqual(['first']);
    clock.advance(250);
    expect(sent).toEqual(['first', 'heartbeat']);
    clock.advance(250);
    expect(sent).toEqual(['first', 'heartbeat', 'second']);
  });

  test('a stopped pacer sends nothing more and holds no timer', () => {
    const clock = new FakeClock();
    const pacer = new SendPacer(clock, 250);
    const sent: number[] = [];
    for (const name of [1, 2, 3]) pacer.send(() => sent.push(name));
    pacer.stop();
    pacer.send(() => sent.push(4));
    clock.advance(10_000);
    expect(sent).toEqual([1]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});

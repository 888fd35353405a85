import { describe, expect, jest, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { TurnWriter } from './turn-writer.js';

function make() {
  const turns: (() => void)[] = [];
  const writer = new TurnWriter((task) => turns.push(task), new FakeClock());
  return { writer, turns, endTurn: () => turns.splice(0).forEach((task) => task()) };
}

describe('TurnWriter', () => {
  test('flushes everything that was collected in a turn at its end, in one go', () => {
    const { writer, turns, endTurn } = make();
    const flushed: string[] = [];
    for (const name of ['a', 'b']) writer.add({ flush: () => flushed.push(name) });
    expect([turns.length, flushed]).toEqual([1, []]);
    endTurn();
    expect(flushed).toEqual(['a', 'b']);
    expect(turns).toEqual([]);
  });

  test('flushes what is added while it flushes in the next turn', () => {
    const { writer, endTurn } = make();
    const flush = jest.fn();
    writer.add({ flush: () => writer.add({ flush }) });
    endTurn();
    expect(flush).not.toHaveBeenCalled();
    endTurn();
    expect(flush).toHaveBeenCalledTimes(1);
  });

  test('keeps a fault at one socket from the others', () => {
    const { writer, endTurn } = make();
    const flush = jest.fn();
    writer.add({
      flush: () => {
        throw new Error('fault');
      },
    });
    writer.add({ flush });
    expect(endTurn).toThrow('fault');
    endTurn();
    expect(flush).toHaveBeenCalledTimes(1);
  });
});

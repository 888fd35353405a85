import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { SharedReading } from './shared-reading.js';

/** Readings that end when the test says so. */
function manual() {
  const begun: PromiseWithResolvers<string>[] = [];
  const reading = new SharedReading(() => {
    const one = Promise.withResolvers<string>();
    begun.push(one);
    return one.promise;
  });
  return { reading, begun };
}

describe('SharedReading', () => {
  test('gives nobody a reading that began before the question', async () => {
    const { reading, begun } = manual();
    const first = reading.get();
    const later = [reading.get(), reading.get()];
    expect(begun).toHaveLength(1);
    begun[0]?.resolve('old');
    expect(await first).toBe('old');
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve('new');
    expect(await Promise.all(later)).toEqual(['new', 'new']);
  });

  test('reads twice for a thousand questions at once', async () => {
    const { reading, begun } = manual();
    const answers = Promise.all(Array.from({ length: 1_000 }, () => reading.get()));
    begun[0]?.resolve('a');
    await turn();
    begun[1]?.resolve('b');
    expect(new Set(await answers)).toEqual(new Set(['a', 'b']));
    expect(begun).toHaveLength(2);
  });

  test('tells those who waited for a reading of its failure, and reads anew for the others', async () => {
    const { reading, begun } = manual();
    const first = reading.get();
    const second = reading.get();
    begun[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await turn();
    begun[1]?.resolve('back');
    expect(await second).toBe('back');
    const third = reading.get();
    begun[2]?.resolve('again');
    expect(await third).toBe('again');
  });
});

import { describe, expect, test } from '@jest/globals';
import { endOfTurn } from '../../turns.js';
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

/** Long enough for a reading to begin: the turn that it waits for is over, and so is the next one. */
async function turns(): Promise<void> {
  await endOfTurn();
  await endOfTurn();
}

describe('SharedReading', () => {
  test('gives nobody a reading that began before the question', async () => {
    const { reading, begun } = manual();
    const first = reading.get();
    await turns();
    const later = [reading.get(), reading.get()];
    await turns();
    expect(begun).toHaveLength(1);
    begun[0]?.resolve('old');
    expect(await first).toBe('old');
    await turns();
    begun[1]?.resolve('new');
    expect(await Promise.all(later)).toEqual(['new', 'new']);
  });

  test('reads once for a thousand questions within a turn', async () => {
    const { reading, begun } = manual();
    const answers = Promise.all(Array.from({ length: 1_000 }, () => reading.get()));
    await turns();
    begun[0]?.resolve('a');
    expect(new Set(await answers)).toEqual(new Set(['a']));
    await turns();
    expect(begun).toHaveLength(1);
  });

  test('tells those who waited for a reading of its failure, and reads anew for the others', async () => {
    const { reading, begun } = manual();
    const first = reading.get();
    await turns();
    const second = reading.get();
    begun[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await turns();
    begun[1]?.resolve('back');
    expect(await second).toBe('back');
  });
});

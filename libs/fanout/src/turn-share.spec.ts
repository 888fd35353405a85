import { describe, expect, test } from '@jest/globals';
import { turn } from './topic-for-tests.js';
import { TurnShare } from './turn-share.js';

describe('TurnShare', () => {
  test('lets so much be done in a turn, whoever does it, in the order in which they came', async () => {
    let turns = 0;
    const share = new TurnShare(3, async () => {
      await turn();
      turns += 1;
    });
    const done: [number, number][] = [];
    const work = async (n: number) => {
      await share.take();
      done.push([turns, n]);
    };
    await Promise.all(Array.from({ length: 8 }, (_, n) => work(n)));
    expect(done).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 3],
      [1, 4],
      [1, 5],
      [2, 6],
      [2, 7],
    ]);
    expect(share.waiting).toBe(0);
  });

  test('takes no turn while nobody works', async () => {
    let turns = 0;
    const share = new TurnShare(2, () => {
      turns += 1;
      return turn();
    });
    await share.take();
    for (let n = 0; n < 5; n += 1) await turn();
    expect(turns).toBe(1);
  });

  test('gives back no more room than a turn has', async () => {
    const share = new TurnShare(2, turn);
    for (let n = 0; n < 5; n += 1) await turn();
    let taken = 0;
    for (let n = 0; n < 6; n += 1) void share.take().then(() => (taken += 1));
    await Promise.resolve();
    await Promise.resolve();
    expect(taken).toBe(2);
  });
});

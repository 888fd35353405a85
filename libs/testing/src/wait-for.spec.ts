import { describe, expect, test } from '@jest/globals';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  test('resolves with the first truthy value, also of an asynchronous condition', async () => {
    let asked = 0;
    await expect(waitFor(() => Promise.resolve(++asked === 3 && 'three'))).resolves.toBe('three');
    expect(asked).toBe(3);
  });

  test('keeps asking a condition that throws', async () => {
    let asked = 0;
    const condition = () => {
      asked += 1;
      if (asked < 3) throw new Error('not there');
      return asked;
    };
    await expect(waitFor(condition)).resolves.toBe(3);
  });

  test('fails with what was waited for and what came last', async () => {
    await expect(waitFor(() => 0, { withinMs: 1, describe: 'the second frame' })).rejects.toThrow(
      'Waited 1 ms for the second frame; at last it gave 0',
    );
    const broken = () => {
      throw new Error('no such table');
    };
    await expect(waitFor(broken, { withinMs: 1, describe: () => 'a row' })).rejects.toThrow(
      'Waited 1 ms for a row; at last it threw Error: no such table',
    );
  });
});

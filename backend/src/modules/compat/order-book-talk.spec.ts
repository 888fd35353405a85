import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { type CompatFollow, type CompatLine } from './compat-session.js';
import { OrderBookTalks } from './order-book-talk.js';

type Message = Readonly<Record<string, unknown>>;

/** A follow that was asked for, and ends when the test says so. */
interface Asked {
  readonly limit: unknown;
  readonly rounding: unknown;
  readonly grant: () => Promise<void>;
  readonly refuse: () => Promise<void>;
  isStopped: boolean;
}

/** Lets everything that can happen now happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('OrderBookTalks', () => {
  let asked: Asked[];
  let complaints: unknown[];
  let say: (message: Message) => void;

  beforeEach(() => {
    [asked, complaints, say] = [[], [], () => undefined];
    const line: CompatLine = {
      ask: () => Promise.reject(new Error('nothing is asked')),
      send: () => undefined,
      keepAlive: () => undefined,
      complain: (error) => void complaints.push(error),
      hear: (onMessage) => void (say = onMessage),
      follow: (_operation, { limit, rounding }) => {
        const { promise, resolve, reject } = Promise.withResolvers<CompatFollow>();
        const one: Asked = {
          limit,
          rounding,
          isStopped: false,
          grant: () => (resolve({ stop: () => void (one.isStopped = true) }), settle()),
          refuse: () => (reject(new Error('cannot be had')), settle()),
        };
        asked.push(one);
        return promise;
      },
    };
    const talks = new OrderBookTalks({
      timestamp: () => '',
      problemOf: () => ({ code: 'UNAVAILABLE', message: '' }),
      maxLevels: 50,
    });
    void talks.about({ symbol: 'BTCUSDT', limit: 20, rounding: undefined })(line);
  });

  const wishes = () => asked.map(({ limit, rounding }) => ({ limit, rounding }));
  const change = (message: Message) => say({ type: 'update_params', ...message });

  test('S128: keeps a change whose turn is under way when the next names something else', async () => {
    await asked[0]!.grant();
    change({ rounding: 10 });
    change({ limit: 5 });
    await asked[1]!.grant();
    await asked[2]!.grant();
    expect(wishes()).toEqual([
      { limit: 20, rounding: undefined },
      { limit: 20, rounding: parseDecimal('10') },
      { limit: 5, rounding: parseDecimal('10') },
    ]);
    expect(asked.map(({ isStopped }) => isStopped)).toEqual([true, true, false]);
  });

  test('S128: turns to what was said while the first book was not there yet', async () => {
    change({ limit: 5 });
    change({ rounding: 10 });
    expect(asked).toHaveLength(1);
    await asked[0]!.grant();
    await asked[1]!.grant();
    expect(wishes().slice(1)).toEqual([{ limit: 5, rounding: parseDecimal('10') }]);
    expect(asked.map(({ isStopped }) => isStopped)).toEqual([true, false]);
  });

  test('follows what was changed beside a wish that cannot be had, and that wish no more', async () => {
    await asked[0]!.grant();
    change({ rounding: 0.07 });
    change({ limit: 5 });
    await asked[1]!.refuse();
    await asked[2]!.grant();
    expect(complaints).toHaveLength(1);
    expect(wishes().slice(1)).toEqual([
      { limit: 20, rounding: parseDecimal('0.07') },
      { limit: 5, rounding: undefined },
    ]);
    expect(asked.map(({ isStopped }) => isStopped)).toEqual([true, false, false]);
  });

  test('answers each of several changes that waited: one that cannot be had takes no other with it', async () => {
    change({ limit: 7, rounding: 3 });
    change({ rounding: 0.07 });
    change({ limit: 5 });
    await asked[0]!.grant();
    await asked[1]!.refuse();
    await asked[2]!.refuse();
    await asked[3]!.grant();
    // What a later one names as well is not asked for.
    expect(wishes().slice(1)).toEqual([
      { limit: 5, rounding: parseDecimal('0.07') },
      { limit: 20, rounding: parseDecimal('0.07') },
      { limit: 5, rounding: undefined },
    ]);
    expect(complaints).toHaveLength(1);
    expect(asked.map(({ isStopped }) => isStopped)).toEqual([true, false, false, false]);
  });

  test('complains of each change that cannot be had, and goes on with the old choice', async () => {
    change({ rounding: 0.07 });
    change({ limit: 5 });
    await asked[0]!.grant();
    for (const at of [1, 2, 3]) await asked[at]!.refuse();
    expect(complaints).toHaveLength(2);
    expect(asked[0]!.isStopped).toBe(false);
    change({ limit: 6 });
    expect(wishes().at(-1)).toEqual({ limit: 6, rounding: undefined });
  });
});

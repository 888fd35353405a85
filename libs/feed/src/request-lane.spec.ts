import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from './fake-clock.js';
import { type RequestAsk, type RequestKind } from './request-ask.js';
import { RequestBudget } from './request-budget.js';
import { RequestLane } from './request-lane.js';
import { NotWantedError, VenueError, WithheldError } from './venue-error.js';

/** Of sixteen points readers of history get six at once, and one every third of a second. */
const LIMIT = { name: 'candles', points: 20, perMs: 2_000 };

let clock: FakeClock;
let budget: RequestBudget;
let closed: VenueError | undefined;
/** Who was let through, in order. */
let passed: string[];

beforeEach(() => {
  clock = new FakeClock();
  budget = new RequestBudget(LIMIT, clock);
  closed = undefined;
  passed = [];
});

const lane = (kind: RequestKind = 'HISTORY') =>
  new RequestLane({
    kind,
    budget,
    venue: 'OKX',
    clock,
    check: () => {
      if (closed !== undefined) throw closed;
    },
  });

/** Lets everything that can happen now happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 50) {
    clock.advance(50);
    await settle();
  }
}

/** Asks for one point, patient for three seconds; gives what came of it. */
async function ask(on: RequestLane, party: string, more: RequestAsk = {}): Promise<unknown> {
  const run = () => {
    passed.push(party);
    return Promise.resolve('answered');
  };
  try {
    const request = { where: 'host/path', points: 1, ask: { party, patienceMs: 3_000, ...more }, run };
    return await on.pass(request);
  } catch (error) {
    return error;
  }
}

describe('RequestLane', () => {
  test('lets parties take turns, however much one of them wants', async () => {
    const one = lane();
    const greedy = Promise.all(Array.from({ length: 200 }, () => ask(one, 'greedy')));
    await settle();
    expect(passed).toHaveLength(6);
    const modest = Promise.all(['b', 'c'].map((party) => ask(one, party)));
    await pass(1_100);
    expect(await modest).toEqual(['answered', 'answered']);
    expect(passed.filter((party) => party === 'greedy').length).toBeLessThanOrEqual(8);
    await pass(6_000);
    await greedy;
  });

  test('has a part for those that go first, and no more than that where the others have spent theirs', async () => {
    const one = lane('MISSED_TRADES');
    const others = Array.from({ length: 10 }, () => ask(one, 'clients'));
    await settle();
    expect(passed).toHaveLength(4);
    const first = Array.from({ length: 5 }, () => ask(one, 'own', { goesFirst: () => true }));
    await settle();
    expect(passed.slice(4)).toEqual(['own', 'own']);
    await pass(3_000);
    expect(await Promise.all(first)).toEqual(Array<string>(5).fill('answered'));
    await Promise.all(others);
  });

  test('lets those that go first pass all others, also where they became so while they waited', async () => {
    const one = lane();
    let isFirst = false;
    const all = [
      ...Array.from({ length: 20 }, () => ask(one, 'clients', { patienceMs: Infinity })),
      ...Array.from({ length: 2 }, () =>
        ask(one, 'clients', { patienceMs: Infinity, goesFirst: () => isFirst }),
      ),
      ask(one, 'other', { patienceMs: Infinity, goesFirst: () => false }),
    ];
    const at: number[] = [];
    for (const [n, end] of all.slice(20, 22).entries()) void end.then(() => (at[n] = passed.length));
    await settle();
    expect(passed).toHaveLength(6);
    isFirst = true;
    await pass(800);
    expect(passed).toHaveLength(8);
    expect(at).toEqual([7, 8]);
    await pass(10_000);
    await Promise.all(all);
    expect(one.counts).toMatchObject({ made: 23, waiting: 0 });
  });

  test('never lets more through than the limit allows, and refuses what would wait too long', async () => {
    const one = lane();
    const asked = Promise.all(Array.from({ length: 100 }, (_, n) => ask(one, `p${n % 7}`)));
    await pass(3_500);
    const ends = await asked;
    // Six at once, and one every 334 ms for three seconds.
    expect(passed).toHaveLength(14);
    const refused = ends.filter((end) => end instanceof WithheldError);
    expect(refused).toHaveLength(86);
    expect(refused[0]).toMatchObject({ failure: 'RATE_LIMITED', untilMs: expect.any(Number) as unknown });
    expect(one.counts).toMatchObject({ made: 14, withheld: 86, waiting: 0 });
  });

  test('asks no more for who has left, wherever it stood, and leaves no timer behind', async () => {
    const one = lane();
    const leaving = new AbortController();
    const asked = Promise.all(Array.from({ length: 20 }, () => ask(one, 'a', { signal: leaving.signal })));
    await settle();
    expect(passed).toHaveLength(6);
    const reason = new Error('gone');
    leaving.abort(reason);
    await pass(1_000);
    expect((await asked).filter((end) => end === reason)).toHaveLength(14);
    expect(passed).toHaveLength(6);
    expect([one.counts.waiting, clock.pendingDelaysMs()]).toEqual([0, []]);
    expect(await ask(one, 'a', { signal: leaving.signal })).toBe(reason);
  });

  test('asks, when it is its turn, whether it is still wanted', async () => {
    const one = lane();
    let isWanted = true;
    const asked = Promise.all(Array.from({ length: 8 }, () => ask(one, 'a', { isWanted: () => isWanted })));
    await settle();
    isWanted = false;
    await pass(1_000);
    const ends = await asked;
    expect(ends.filter((end) => end instanceof NotWantedError)).toHaveLength(2);
    expect(one.counts).toMatchObject({ made: 6, unwanted: 2, waiting: 0 });
  });

  test('says at once what would take too long together, before the first is made', async () => {
    const one = lane();
    // Six at once, and nine more in three seconds.
    expect(await ask(one, 'a', { together: 16 })).toBeInstanceOf(WithheldError);
    expect(passed).toEqual([]);
    expect(await ask(one, 'a', { together: 15 })).toBe('answered');
  });

  test('tells all that wait when nothing may be asked any more, though some are under way', async () => {
    const one = lane();
    const release: (() => void)[] = [];
    const run = () => new Promise<void>((resolve) => void release.push(resolve));
    const slow = Array.from({ length: 5 }, () => one.pass({ where: 'w', points: 1, ask: {}, run }));
    const ends = Promise.allSettled(slow);
    expect([release.length, one.counts.waiting]).toEqual([3, 2]);
    closed = new VenueError('BANNED', 'banned');
    one.clear();
    expect(one.counts).toMatchObject({ waiting: 0, refused: 2 });
    // Also who comes while the places of those under way are taken.
    expect(() => one.pass({ where: 'w', points: 1, ask: {}, run })).toThrow('banned');
    for (const end of release) end();
    expect((await ends).map(({ status }) => status)).toEqual([
      ...Array<string>(3).fill('fulfilled'),
      ...Array<string>(2).fill('rejected'),
    ]);
    expect(await ask(one, 'a')).toBe(closed);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('has few of a kind under way, and none of another kind waits for those', async () => {
    const release: (() => void)[] = [];
    const slow = (on: RequestLane) =>
      on.pass({
        where: 'w',
        points: 1,
        ask: {},
        run: () => new Promise<void>((resolve) => void release.push(resolve)),
      });
    const readers = Promise.all(
      Array.from(
        { length: 6 },
        (
          (one) => () =>
            slow(one)
        )(lane()),
      ),
    );
    expect(release).toHaveLength(3);
    const live = slow(lane('LIVE_CANDLES'));
    expect(release).toHaveLength(4);
    while (release.length > 0) {
      release.shift()?.();
      await pass(400);
    }
    await Promise.all([readers, live]);
  });

  test('I6: lets a thousand wait and refuses the next', async () => {
    const one = lane();
    const asked = Array.from({ length: 1_004 }, () => ask(one, 'a', { patienceMs: Infinity }));
    expect(one.counts).toMatchObject({ made: 3, waiting: 1_000, withheld: 1 });
    expect(await asked.at(-1)).toBeInstanceOf(WithheldError);
    closed = new VenueError('NETWORK', 'ends');
    one.clear();
    await Promise.all(asked);
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock, VenueError } from '@orderfox/feed';
import { VENUE_ADAPTERS, type VenueCandles } from '@orderfox/venues';
import { VenueTurns, WithheldError, type Asker } from './venue-turns.js';

/** Eight points at once, one every 250 ms; two of them are kept for live streams. */
const BUDGET = { points: 8, perMs: 2_000 };

let clock: FakeClock;
let turns: VenueTurns;
/** Who was let through, in order. */
let passed: string[];

beforeEach(() => {
  clock = new FakeClock();
  passed = [];
  const [first] = VENUE_ADAPTERS.flatMap(({ candles }) => candles ?? []);
  if (first === undefined) throw new Error('no venue has candles');
  const candles: VenueCandles = { ...first, budget: BUDGET };
  turns = new VenueTurns({ name: 'OKX', candles }, clock);
});

/** Asks for one point; without a party it is a live stream. */
function ask(party?: string, signal?: AbortSignal): Promise<string> {
  const asker: Asker | undefined = party === undefined ? undefined : { party, ...(signal && { signal }) };
  const name = party ?? 'live';
  return turns.ask(
    1,
    () => {
      passed.push(name);
      return Promise.resolve(name);
    },
    asker,
  );
}

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

const outcomes = (asked: readonly Promise<unknown>[]) => {
  const all = asked.map((each) =>
    each.then(
      () => 'answered',
      (error: unknown) => error,
    ),
  );
  return Promise.all(all);
};

describe('VenueTurns', () => {
  test('keeps a part of the budget for live streams', async () => {
    const readers = outcomes(Array.from({ length: 20 }, () => ask('a')));
    await settle();
    expect(passed).toHaveLength(6);
    const live = [ask(), ask()];
    await Promise.all(live);
    expect(passed.slice(6)).toEqual(['live', 'live']);
    // Who reads history waits until the part is whole again.
    await pass(500);
    expect(passed).toHaveLength(8);
    await pass(250);
    expect(passed).toEqual([...Array<string>(6).fill('a'), 'live', 'live', 'a']);
    await pass(6_000);
    await readers;
  });

  test('gives live streams no more than half, so that those who read history always get on', async () => {
    const live = outcomes(Array.from({ length: 60 }, () => ask()));
    await settle();
    expect(passed).toHaveLength(4);
    const readers = outcomes([ask('a'), ask('b'), ask('c')]);
    await pass(1_000);
    expect(passed.filter((name) => name !== 'live')).toEqual(['a', 'b', 'c']);
    await pass(6_000);
    await Promise.all([live, readers]);
    // Four at once and two a second, for three seconds.
    expect(passed.filter((name) => name === 'live')).toHaveLength(10);
  });

  test('lets parties take turns, however much one of them wants', async () => {
    const greedy = outcomes(Array.from({ length: 200 }, () => ask('greedy')));
    await settle();
    const modest = ['b', 'c'].map((party) => ask(party));
    await pass(2_000);
    expect(await Promise.all(modest)).toEqual(['b', 'c']);
    await pass(6_000);
    await greedy;
    const rest = passed.length;
    expect(passed.filter((name) => name === 'greedy')).toHaveLength(rest - 2);
  });

  test('never lets more through than the budget allows, and refuses after three seconds', async () => {
    const asked = outcomes(Array.from({ length: 100 }, (_, n) => ask(`p${n % 7}`)));
    await pass(3_500);
    const ends = await Promise.race([asked, Promise.resolve('some wait')]);
    // Six at once, and twelve in three seconds.
    expect(passed).toHaveLength(18);
    const refused = (ends as unknown[]).filter((end) => end instanceof WithheldError);
    expect(refused).toHaveLength(82);
    expect(refused[0]).toMatchObject({ failure: 'RATE_LIMITED', untilMs: expect.any(Number) as unknown });
    expect(refused[0]).toBeInstanceOf(VenueError);
    expect(turns.withheld).toBe(82);
    expect(turns.waiting).toBe(0);
  });

  test('asks no more for who has left, neither in the queue nor at the head of it', async () => {
    const leaving = new AbortController();
    const asked = outcomes(Array.from({ length: 20 }, () => ask('a', leaving.signal)));
    await settle();
    expect(passed).toHaveLength(6);
    const reason = new Error('gone');
    leaving.abort(reason);
    await settle();
    expect((await asked).filter((end) => end === reason)).toHaveLength(14);
    await pass(4_000);
    expect(passed).toHaveLength(6);
    expect([turns.waiting, clock.pendingDelaysMs()]).toEqual([0, []]);
  });

  test('says at once what would take too long, for those who have a choice', async () => {
    // Six points at once, and twelve more in three seconds.
    expect(() => turns.check(18)).not.toThrow();
    expect(() => turns.check(19)).toThrow(WithheldError);
    await Promise.all(Array.from({ length: 6 }, () => ask('a')));
    expect(() => turns.check(12)).not.toThrow();
    expect(() => turns.check(13)).toThrow(WithheldError);
    expect(() => turns.check(0)).not.toThrow();
  });

  test('has few requests of readers under way, and lets live streams pass those', async () => {
    const answers: (() => void)[] = [];
    const slow = (asker?: Asker) =>
      turns.ask(1, () => new Promise<void>((resolve) => void answers.push(resolve)), asker);
    const readers = Array.from({ length: 6 }, () => slow({ party: 'a' }));
    await settle();
    expect(answers).toHaveLength(3);
    const live = slow();
    await settle();
    expect(answers).toHaveLength(4);
    while (answers.length > 0) {
      answers.shift()?.();
      await pass(300);
    }
    await Promise.all([...readers, live]);
  });
});

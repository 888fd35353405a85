import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventTopic, type EventTopicLimits } from './event-topic.js';
import { chanceFrom, differences, MortalReader, SlowSource, type Death } from './mortal-readers-for-tests.js';
import { renderPosition, turn, type TestEvent, type TestFilter } from './topic-for-tests.js';

/** Small, so that everything overflows often. */
const LIMITS: EventTopicLimits = {
  recentEvents: 512,
  pageSize: 200,
  readSpan: 700,
  readers: 6,
  catchUpsPerTurn: 3,
  keptPages: 4,
  renderedBytes: 16_384,
  waitingEvents: 256,
};
const RED: TestFilter = { colours: ['red'] };
const LARGE: TestFilter = { atLeast: '5' };
/** Readers with the same filter hear each event from the same hand, whether they wait for the same ones or not. */
const FILTERS: readonly TestFilter[] = [
  {},
  {},
  RED,
  RED,
  RED,
  LARGE,
  LARGE,
  LARGE,
  { colours: ['green'], atLeast: '7' },
  { isEven: true },
  { isEven: false, colours: ['red', 'blue'] },
  { colours: [] },
];
const DEATHS: readonly Death[] = ['reading', 'handOver', 'catchingUp', 'live'];
const QUIET_TURNS = 40;

type Topic = EventTopic<TestEvent, TestFilter>;

/**
 * Lets events be stored, some announced at once and some later, while readers come, stall, die and come back after the
 * last event they got. Gives how what each received differs from what is stored, and how often who died of what.
 */
async function live(seed: number, eventCount: number, deathCount: number, sabotage?: (topic: Topic) => void) {
  const chance = chanceFrom(seed);
  const upTo = (count: number) => 1 + Math.floor(chance() * count);
  const oneOf = <T>(all: readonly T[]): T => all[upTo(all.length) - 1]!;
  const source = new SlowSource(chance);
  const failures: unknown[] = [];
  const topic: Topic = new EventTopic(source, turn, (fault) => failures.push(fault), LIMITS);
  sabotage?.(topic);
  const renderer = topic.rendererOf(renderPosition(({ position }) => position % 29 === 0));
  const readers = FILTERS.map(
    (filter) => new MortalReader(topic, renderer, { ...filter }, (error) => failures.push(error)),
  );
  const goLive = topic.goLive.bind(topic);
  topic.goLive = (member) => {
    const reader = readers.find((one) => one === member.request.recipient);
    const leave = goLive(member);
    if (reader) reader.isLive = true;
    return () => {
      leave();
      if (reader) reader.isLive = false;
    };
  };
  const readerOf = (filter: TestFilter) => readers.find((reader) => reader.filter === filter);
  // Others wrote before whoever announces began to look.
  const silentUntil = eventCount / 50;
  let announced: number | undefined;
  const announce = (count: number) => {
    if (source.stored.length < silentUntil) return;
    announced ??= source.stored.length - 1;
    for (let left = count; left > 0 && announced < source.stored.length; left -= 1) {
      source.announce(source.stored[announced]!);
      announced += 1;
    }
  };
  const store = () => {
    const made = Array.from({ length: upTo(16) }, () => ({
      colour: oneOf(['red', 'green', 'blue']),
      size: String(upTo(10) - 1),
    }));
    source.store(...made);
  };
  source.onPage = (filter) => readerOf(filter)?.reached('reading');
  source.onLastPage = (filter) => {
    // What comes at this moment is in no page that was read, and nobody is live yet to be given it.
    if (chance() < 0.3) announce(upTo(40));
    readerOf(filter)?.reached('handOver');
  };
  const died = () => readers.reduce((sum, { deaths }) => sum + deaths.length, 0);
  const perDeath = eventCount / deathCount;
  const comesBackAt = new Map(readers.map((reader) => [reader, chance() * perDeath]));

  while (source.stored.length < eventCount || died() < deathCount) {
    store();
    if (chance() < 0.8) announce(upTo(24));
    const reader = oneOf(readers);
    reader.congested = reader.isAlive && chance() < 0.1;
    for (const one of readers) {
      const due = comesBackAt.get(one);
      if (one.isAlive) continue;
      if (due === undefined) {
        // Some come back at once: what they missed is on its way to others who want the same.
        const away = chance() < 0.3 ? 0 : chance() * 7 * perDeath;
        comesBackAt.set(one, source.stored.length + away);
      } else if (due <= source.stored.length) {
        comesBackAt.delete(one);
        const death = oneOf(DEATHS);
        one.join({ death, deliveries: death === 'handOver' ? 1 : upTo(death === 'live' ? 1_500 : 5) });
      }
    }
    if (chance() < 0.9) await turn();
  }
  announce(Infinity);
  for (const reader of readers) {
    if (!reader.isAlive) reader.join();
    reader.congested = false;
    reader.spare();
  }
  const count = () => readers.reduce((sum, { received }) => sum + received.length, 0);
  for (let quiet = 0, before = count(); quiet < QUIET_TURNS; quiet += 1) {
    await turn();
    if (count() > before) quiet = 0;
    before = count();
  }
  topic.close();
  const found = readers.map(({ received, filter }) => {
    const expected = source.stored.filter((event) => source.matches(event, filter));
    return differences(
      received,
      expected.map(({ position }) => position),
    );
  });
  const deaths = Object.groupBy(
    readers.flatMap((reader) => reader.deaths),
    (death) => death,
  );
  return { found, deaths, stored: source.stored.length, died: died(), failures };
}

const NOTHING = { lost: 0, doubled: 0, unasked: 0, misplaced: 0 };

describe('EventTopic under chance', () => {
  test('gives 100,000 events once, in order, to readers that die 200 times and more, in the seam too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const { found, deaths, stored, died, failures } = await live(seed, 100_000, 200);
        expect(failures).toEqual([]);
        expect(found).toEqual(FILTERS.map(() => NOTHING));
        expect(stored).toBeGreaterThanOrEqual(100_000);
        expect(died).toBeGreaterThanOrEqual(200);
        for (const death of DEATHS) expect(deaths[death]?.length).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });

  /** Each takes one step out of the hand-over, so that what it is good for must show. */
  const sabotages: readonly [string, 'lost' | 'doubled', (topic: Topic) => void][] = [
    [
      'loses events when those in memory are not read before going live',
      'lost',
      ({ recent }) => (recent.firstAfter = () => undefined),
    ],
    [
      'loses events when memory is taken for the whole stream',
      'lost',
      ({ recent }) => (recent.coversAfter = () => true),
    ],
    [
      'gives events twice when who is live takes what it has already',
      'doubled',
      (topic) => {
        const goLive = topic.goLive.bind(topic);
        topic.goLive = (member) => {
          member.take = (body) => member.request.recipient.deliver(body);
          return goLive(member);
        };
      },
    ],
  ];
  test.each(sabotages)('%s', async (_title, kind, sabotage) => {
    const { found } = await live(1, 40_000, 80, sabotage);
    expect(found.some((one) => one[kind] > 0)).toBe(true);
  });
});

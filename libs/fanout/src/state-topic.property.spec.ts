import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeTopic, settled, type FakeReader } from './state-topic-for-tests.js';

describe('StateTopic under chance', () => {
  test('ends with the newest of every key at every reader, each seen in order, through any interleaving', async () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ change: key }) },
      { weight: 1, arbitrary: fc.record({ remove: key }) },
      { weight: 2, arbitrary: fc.constant({ join: true } as const) },
      { weight: 1, arbitrary: fc.record({ leave: fc.nat() }) },
      { weight: 2, arbitrary: fc.record({ congest: fc.nat() }) },
      { weight: 2, arbitrary: fc.record({ drain: fc.nat() }) },
      { weight: 5, arbitrary: fc.constant({ turn: true } as const) },
      {
        weight: 6,
        arbitrary: fc.record({ finish: fc.nat(), fails: fc.constantFrom(false, false, false, true) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.boolean(), async (steps, isSync) => {
        const { source, turns, join, underWay, topic } = makeTopic({ isSync });
        const all: FakeReader[] = [];
        const present = new Map<FakeReader, () => void>();
        const gone = new Map<FakeReader, number>();
        const one = (n: number) => [...present.keys()][n % Math.max(1, present.size)];
        for (const what of steps) {
          if ('change' in what) source.change(what.change);
          else if ('remove' in what) source.remove(what.remove);
          else if ('join' in what) {
            const { reader, leave } = join();
            all.push(reader);
            present.set(reader, leave);
          } else if ('leave' in what) {
            const reader = one(what.leave);
            if (reader === undefined) continue;
            present.get(reader)?.();
            present.delete(reader);
            gone.set(reader, reader.seen.length);
          } else if ('congest' in what) one(what.congest)?.congest();
          else if ('drain' in what) one(what.drain)?.drain();
          else if ('turn' in what) await turns.run();
          else {
            const rendering = underWay[what.finish % Math.max(1, underWay.length)];
            await (what.fails ? rendering?.fail() : rendering?.finish());
          }
        }
        // What failed last is tried again at its next change.
        for (const known of source.states.keys()) source.change(known);
        for (const reader of all) reader.drain();
        while (turns.waiting > 0 || underWay.length > 0) {
          await turns.run();
          await underWay[0]?.finish();
        }
        await settled();
        for (const reader of all) {
          expect(reader.deliveredWhileCongested).toBe(0);
          for (const name of ['a', 'b', 'c']) {
            const versions = reader.versionsOf(name);
            expect(versions).toEqual([...new Set(versions)].sort((x, y) => x - y));
          }
        }
        for (const reader of present.keys()) {
          for (const { key: name, version } of source.states.values())
            expect(reader.newest.get(name)).toBe(version);
        }
        for (const [reader, seen] of gone) expect(reader.seen).toHaveLength(seen);
        for (const leave of present.values()) leave();
        expect([topic.memberCount, topic.keyCount, source.listeners.size, turns.waiting]).toEqual([
          0, 0, 0, 0,
        ]);
      }),
      { numRuns: 1_000 },
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { known, makeChanges, toldTo } from './changes-topic-for-tests.js';
import { settled, type FakeReader } from './state-topic-for-tests.js';

describe('ChangesTopic under chance', () => {
  test('ends with the newest of every key at every reader who applied what he got in order, through any interleaving', async () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), {
      minLength: 1,
      maxLength: 7,
    });
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ change: keys }) },
      { weight: 5, arbitrary: fc.constant({ tell: true } as const) },
      { weight: 1, arbitrary: fc.constant({ tellEverything: true } as const) },
      { weight: 2, arbitrary: fc.constant({ join: true } as const) },
      { weight: 1, arbitrary: fc.record({ leave: fc.nat() }) },
      { weight: 2, arbitrary: fc.record({ congest: fc.nat() }) },
      { weight: 2, arbitrary: fc.record({ drain: fc.nat() }) },
      { weight: 5, arbitrary: fc.constant({ turn: true } as const) },
      { weight: 6, arbitrary: fc.record({ fails: fc.constantFrom(false, false, false, true) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.boolean(), async (steps, isByHand) => {
        const { source, turns, join, topic } = makeChanges({ isByHand, keysPerBody: 3 });
        const all: FakeReader[] = [];
        const present = new Map<FakeReader, () => void>();
        const gone = new Map<FakeReader, number>();
        const one = (n: number) => [...present.keys()][n % Math.max(1, present.size)];
        for (const what of steps) {
          if ('change' in what) source.change(...what.change);
          else if ('tell' in what) source.tell();
          else if ('tellEverything' in what) source.tellEverything();
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
          else await (what.fails ? source.underWay[0]?.fail() : source.underWay[0]?.finish());
        }
        for (const reader of all) reader.drain();
        // Also what failed last is tried again.
        source.tell();
        while (turns.waiting > 0 || source.underWay.length > 0) {
          await turns.run();
          await source.underWay[0]?.finish();
        }
        await settled();
        for (const reader of all) {
          expect(reader.deliveredWhileCongested).toBe(0);
          expect(toldTo(reader)[0]?.all ?? true).toBe(true);
          const newest: Record<string, number> = {};
          for (const { states } of toldTo(reader)) {
            for (const [key, version] of Object.entries(states)) {
              expect(version).toBeGreaterThanOrEqual(newest[key] ?? 0);
              newest[key] = version;
            }
          }
        }
        for (const reader of present.keys()) expect(known(reader)).toEqual(Object.fromEntries(source.states));
        for (const [reader, seen] of gone) expect(reader.seen).toHaveLength(seen);
        expect(topic.owedCount).toBe(0);
        for (const leave of present.values()) leave();
        expect([topic.memberCount, topic.keyCount, source.listeners.size, turns.waiting]).toEqual([
          0, 0, 0, 0,
        ]);
      }),
      { numRuns: 2_000 },
    );
  });
});

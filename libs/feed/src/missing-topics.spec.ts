import { beforeEach, describe, expect, test } from '@jest/globals';
import { MissingTopics } from './missing-topics.js';
import { type Outage } from './socket-status.js';

describe('MissingTopics', () => {
  let nowMs: number;
  let told: Outage[];
  let missing: MissingTopics;
  beforeEach(() => {
    nowMs = 1_000;
    told = [];
    missing = new MissingTopics({ nowMs: () => nowMs }, (outage) => told.push(outage));
  });
  const look = (topics: Record<string, number>) => missing.look(new Map(Object.entries(topics)));

  test('opens at the first refusal, is told again when topics change, and closes when none is missing', () => {
    look({});
    look({ b: 700, a: 600 });
    look({ a: 600, b: 700 });
    look({ b: 700 });
    expect(missing.isOpen).toBe(true);
    look({});
    look({});
    const one = { fromMs: 600, cause: 'SUBSCRIPTION', detail: 'the venue refused 1 topic: b' };
    expect(told).toEqual([
      { ...one, detail: 'the venue refused 2 topics: a, b' },
      one,
      { ...one, toMs: 1_000 },
    ]);
    expect(missing.isOpen).toBe(false);
  });

  test('names five topics and counts the rest', () => {
    look({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 });
    expect(told[0]?.detail).toBe('the venue refused 7 topics: a, b, c, d, e and 2 more');
  });

  test('F24: does not end before it began when the wall clock was set back', () => {
    look({ a: 900 });
    nowMs = 100;
    look({});
    expect(told.at(-1)?.toMs).toBe(900);
  });
});

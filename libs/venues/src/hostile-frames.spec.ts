import { beforeAll, describe, expect, test } from '@jest/globals';
import { isDecimal } from '@orderfox/domain';
import fc from 'fast-check';
import { feedOf, fixtureContext } from './contract/fixture-feed.js';
import { hostileValue, leaves, replaced } from './contract/hostile-values.js';
import { readFixtures } from './contract/venue-fixtures.js';
import { VENUE_ADAPTERS, type Normalised, type VenueFeed } from './index.js';

function countOf({ events, refusals, skipped = 0 }: Normalised): number {
  return events.length + refusals.length + skipped;
}

function expectSound({ events, refusals }: Normalised, received: number): void {
  for (const event of events) {
    expect(event.symbol).toBe(`${event.baseAsset}${event.quoteAsset}`);
    expect(event.liquidatedSide === 'LONG').toBe(event.side === 'SELL');
    expect(event.venueTimeMs).toBeLessThanOrEqual(received + 300_000);
    expect(event.eventKey.length).toBeLessThan(300);
    expect(typeof JSON.parse(event.raw)).toBe('object');
    for (const number of [event.quantity, event.price, event.notionalUsd]) {
      expect(isDecimal(number) && !number.startsWith('-') && number !== '0').toBe(true);
    }
  }
  for (const refusal of refusals) {
    expect(refusal.detail.length).toBeLessThanOrEqual(200);
    expect(refusal.raw.length).toBeLessThanOrEqual(4_096);
    expect(refusal.detail).not.toContain('unexpected');
  }
}

describe.each(VENUE_ADAPTERS.map((adapter) => [adapter.id, adapter] as const))(
  'hostile frames at %s',
  (id, adapter) => {
    const fixtures = readFixtures(new URL(`./${id}/fixtures/`, import.meta.url));
    const { frames, receivedTimeMs, rowPath } = fixtures.streams.get('liquidations')!;
    const inOneRow = new RegExp(rowPath);
    let feed: VenueFeed;

    beforeAll(async () => {
      feed = feedOf(adapter, await fixtureContext(adapter, fixtures.rest));
    });

    test('arbitrary JSON is refused or read, never thrown at and never lost', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (message) => {
          const normalised = feed.normalise(message, receivedTimeMs);
          expect(countOf(normalised)).toBeGreaterThan(0);
          expect(normalised.events).toEqual([]);
          expect(() => feed.protocol.read(JSON.stringify(message))).not.toThrow();
        }),
        { numRuns: 500 },
      );
    });

    test('a field replaced by anything spoils at most its own row, and the counts add up', () => {
      const cases = frames.flatMap(({ frame }) => leaves(frame).map((path) => ({ frame, path })));
      fc.assert(
        fc.property(fc.constantFrom(...cases), hostileValue, ({ frame, path }, value) => {
          const before = feed.normalise(frame, receivedTimeMs);
          const after = feed.normalise(replaced(frame, path, value), receivedTimeMs);
          expectSound(after, receivedTimeMs);
          if (inOneRow.test(`${path.join('.')}.`)) {
            expect(countOf(after)).toBe(countOf(before));
            expect(after.events.length).toBeGreaterThanOrEqual(before.events.length - 1);
          } else expect(countOf(after)).toBeGreaterThan(0);
        }),
        { numRuns: 1_000 },
      );
    });

    test('a field that is missing does the same', () => {
      for (const { frame } of frames) {
        for (const path of leaves(frame)) {
          const after = feed.normalise(
            JSON.parse(JSON.stringify(replaced(frame, path, undefined))),
            receivedTimeMs,
          );
          expectSound(after, receivedTimeMs);
          expect(countOf(after)).toBeGreaterThan(0);
        }
      }
    });

    test('new fields, also dangerous ones, change nothing (F9, F51)', () => {
      for (const { frame } of frames) {
        const text = JSON.stringify(frame).replaceAll(
          '{',
          '{"__proto__":{"st":2},"constructor":"x","later":[1,{}],',
        );
        const before = feed.normalise(frame, receivedTimeMs);
        const after = feed.normalise(JSON.parse(text), receivedTimeMs);
        expect(after.events.map(({ eventKey }) => eventKey)).toEqual(
          before.events.map(({ eventKey }) => eventKey),
        );
        expect(after.refusals.map(({ reason }) => reason)).toEqual(
          before.refusals.map(({ reason }) => reason),
        );
      }
      expect(({} as Record<string, unknown>).st).toBeUndefined();
    });

    test('a frame of 5 MB is kept out unread, whatever it holds (F11)', () => {
      const valid = JSON.stringify(frames[0]!.frame);
      const padded = `${valid.slice(0, -1)},"padding":"${'x'.repeat(5_000_000)}"}`;
      for (const text of [padded, 'x'.repeat(5_000_000), '['.repeat(5_000_000)]) {
        expect(feed.protocol.read(text)).toEqual({
          kind: 'unreadable',
          reason: 'larger than any documented frame',
        });
      }
    });

    test('a frame that is cut anywhere is unreadable and no more', () => {
      const text = JSON.stringify(frames[0]!.frame);
      for (let length = 0; length < text.length; length += 1) {
        expect(feed.protocol.read(text.slice(0, length)).kind).toBe('unreadable');
      }
    });

    test('arbitrary text is never thrown at, and its reason is one of few', () => {
      const reasons = new Set<string>();
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
          const reading = feed.protocol.read(text);
          if (reading.kind === 'unreadable') reasons.add(reading.reason);
        }),
        { numRuns: 500 },
      );
      expect(reasons.size).toBeLessThan(6);
    });
  },
);

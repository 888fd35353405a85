import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from './fake-clock.js';
import { SendPacer } from './send-pacer.js';
import { SubscriptionLedger } from './subscription-ledger.js';
import { testProtocol, type TestRequest } from './testing/test-protocol.js';

const TOPICS = ['control', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** What a venue carries after it has processed everything that was written, in order. */
function carried(requests: readonly TestRequest[]): Set<string> {
  const topics = new Set<string>();
  for (const request of requests) {
    for (const topic of request.topics) {
      if (request.op === 'subscribe') topics.add(topic);
      else topics.delete(topic);
    }
  }
  return topics;
}

/** A protocol that puts all topics into one request. */
function wideProtocol(): ReturnType<typeof testProtocol> {
  let lastId = 0;
  const pack = (op: TestRequest['op'], topics: readonly string[]) => {
    const id = String((lastId += 1));
    return [{ id, topics, text: JSON.stringify({ op, id, topics }) }];
  };
  return {
    ...testProtocol('ws://venue'),
    subscribe: (topics) => pack('subscribe', topics),
    unsubscribe: (topics) => pack('unsubscribe', topics),
  };
}

interface FailedBatches {
  readonly isBad: (topic: string) => boolean;
  /** What of a failed batch takes effect. */
  readonly applied: 'NOTHING' | 'EARLIER' | 'OTHERS';
  /** Whether the venue lets go of what is unsubscribed. */
  readonly releases: boolean;
}

/** Answers as a venue that fails a batch for its first bad or already carried topic. */
function answerLikeBybit(
  desk: Desk,
  { op, id, topics }: TestRequest,
  held: Set<string>,
  { isBad, applied, releases }: FailedBatches,
): void {
  if (op === 'unsubscribe') {
    if (releases) for (const topic of topics) held.delete(topic);
    if (releases) desk.ledger.acknowledge(id);
    else desk.ledger.refuse('not possible', id);
    return;
  }
  const at = topics.findIndex((topic) => isBad(topic) || held.has(topic));
  const failed = topics[at];
  const carried = failed !== undefined && held.has(failed);
  const taken = { NOTHING: [], EARLIER: topics.slice(0, at), OTHERS: topics }[applied];
  for (const topic of failed === undefined ? topics : taken) if (!isBad(topic)) held.add(topic);
  if (failed === undefined) desk.ledger.acknowledge(id);
  else if (carried) desk.ledger.acknowledgeSome(id, [failed]);
  else desk.ledger.refuse('unknown', id, [failed]);
}

class Desk {
  readonly clock = new FakeClock();
  readonly written: TestRequest[] = [];
  readonly refused: string[] = [];
  readonly unanswered: [readonly string[], boolean][] = [];
  settled = 0;
  readonly ledger: SubscriptionLedger;

  constructor(paceMs = 0, protocol = testProtocol('ws://venue')) {
    this.ledger = new SubscriptionLedger({
      protocol,
      clock: this.clock,
      pacer: new SendPacer(this.clock, paceMs),
      write: (text) => this.written.push(JSON.parse(text) as TestRequest),
      onSettled: () => (this.settled += 1),
      onRefused: (topic) => this.refused.push(topic),
      onUnanswered: (topics, final) => this.unanswered.push([topics, final]),
    });
  }

  want(...topics: string[]): void {
    this.ledger.want(new Set(topics));
  }

  get lines(): string[] {
    return this.written.map(({ op, topics }) => `${op} ${topics.join(' ')}`);
  }
}

describe('SubscriptionLedger', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk();
  });

  test('is settled when the last request is acknowledged', () => {
    desk.want('a', 'b', 'c', 'd', 'e');
    desk.ledger.acknowledge('1');
    expect(desk.settled).toBe(0);
    desk.ledger.acknowledge('2');
    expect(desk.settled).toBe(1);
    expect(desk.clock.pendingDelaysMs()).toEqual([]);
  });

  test('an acknowledgement of some topics of a request leaves the others open', () => {
    desk.want('a', 'b');
    desk.ledger.acknowledge('1', ['a']);
    expect(desk.settled).toBe(0);
    desk.clock.advance(10_000);
    expect(desk.lines).toEqual(['subscribe a b', 'subscribe b']);
  });

  describe('an answer that names one topic the venue carries and leaves the rest unknown', () => {
    test('releases the rest and asks for it afresh at once, as a first attempt', () => {
      desk.want('a', 'b', 'c');
      desk.ledger.acknowledgeSome('1', ['a']);
      expect(desk.lines).toEqual(['subscribe a b c', 'unsubscribe b c', 'subscribe b c']);
      expect(desk.settled).toBe(0);
      desk.ledger.acknowledge('2');
      desk.ledger.acknowledge('3');
      expect([desk.settled, desk.unanswered]).toEqual([1, []]);
      expect(['a', 'b', 'c', 'd'].map((topic) => desk.ledger.holds(topic))).toEqual([
        true,
        true,
        true,
        false,
      ]);
      expect(desk.clock.pendingDelaysMs()).toEqual([]);
    });

    test('asks for each alone where releasing did not help', () => {
      desk.want('a', 'b', 'c', 'd');
      desk.ledger.acknowledgeSome('1', ['a']);
      desk.ledger.acknowledgeSome('3', ['b']);
      expect(desk.lines.slice(3)).toEqual(['subscribe c', 'subscribe d']);
      desk.ledger.acknowledgeSome('4', ['c']);
      desk.ledger.acknowledgeSome('5', ['d']);
      expect([desk.settled, desk.lines.length]).toEqual([1, 5]);
    });

    test('releases again after a refusal, for the failed batch may be carried in part once more', () => {
      desk.want('a', 'b', 'c', 'd');
      desk.ledger.acknowledgeSome('1', ['a']);
      desk.ledger.refuse('unknown', '3', ['c']);
      desk.ledger.acknowledgeSome('4', ['b']);
      expect(desk.lines.slice(3)).toEqual(['subscribe b d', 'unsubscribe d', 'subscribe d']);
    });

    test('is met with a release again once topics have changed', () => {
      desk.want('a', 'b', 'c');
      desk.ledger.acknowledgeSome('1', ['a']);
      desk.ledger.acknowledge('3');
      desk.want('a');
      desk.want('a', 'b', 'c');
      desk.ledger.acknowledgeSome('5', ['b']);
      expect(desk.lines.slice(3)).toEqual([
        'unsubscribe b c',
        'subscribe b c',
        'unsubscribe c',
        'subscribe c',
      ]);
    });

    test('counts for nothing when it names what was not asked', () => {
      desk.want('a');
      desk.ledger.acknowledgeSome('1', ['other']);
      expect([desk.lines, desk.settled]).toEqual([['subscribe a'], 0]);
    });

    test('sends the rest of an unsubscription again', () => {
      desk.want('a', 'b', 'c');
      desk.ledger.acknowledge('1');
      desk.want('c');
      desk.ledger.acknowledgeSome('2', ['a']);
      expect(desk.lines.slice(1)).toEqual(['unsubscribe a b', 'unsubscribe b']);
    });
  });

  test('refused topics are asked for again on demand, with new halvings and nothing else', () => {
    desk.want('a', 'b', 'c');
    desk.ledger.refuse('unknown', '1', ['b']);
    desk.ledger.acknowledge('2');
    desk.ledger.askForRefused();
    expect(desk.lines.slice(2)).toEqual(['subscribe b']);
    desk.ledger.acknowledge('3');
    expect([desk.settled, desk.ledger.holds('b')]).toEqual([2, true]);
  });

  test('whatever a failed batch leaves behind, good topics are carried and bad ones refused, soon', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('NOTHING', 'EARLIER', 'OTHERS'),
        fc.boolean(),
        (bad, applied, releases) => {
          const topics = Array.from({ length: 40 }, (_, index) => `t${index}`);
          const isBad = (topic: string) => bad.includes(Number(topic.slice(1)));
          const venue = new Desk(350, wideProtocol());
          const held = new Set<string>();
          venue.want(...topics);
          // Requests are answered in order while more are written.
          for (let at = 0; venue.settled === 0 && at < 400; at += 1) {
            const request = venue.written[at];
            if (request !== undefined) answerLikeBybit(venue, request, held, { isBad, applied, releases });
            venue.clock.advance(350);
          }
          expect(venue.settled).toBe(1);
          expect(new Set(venue.refused)).toEqual(new Set(topics.filter(isBad)));
          expect(held).toEqual(new Set(topics.filter((topic) => !isBad(topic))));
          // One round for each bad topic, or one request for each topic: never a wait for an answer.
          expect(venue.written.length).toBeLessThanOrEqual(
            releases ? 4 * bad.length + 1 : 8 * bad.length + 40,
          );
          expect(venue.unanswered).toEqual([]);
        },
      ),
    );
  });

  test('an answer with neither id nor topics is about the oldest open request', () => {
    desk.want('a', 'b', 'c', 'd', 'e');
    desk.ledger.acknowledge();
    expect(desk.ledger.refuse('bad request')).toBe(true);
    expect(desk.refused).toEqual(['e']);
    expect(desk.settled).toBe(1);
  });

  test('an answer is never about a request that was not sent yet', () => {
    desk = new Desk(1_000);
    desk.want('a', 'b', 'c', 'd', 'e');
    desk.ledger.acknowledge('1');
    expect(desk.ledger.refuse('bad request')).toBe(false);
    desk.ledger.acknowledge(undefined, ['e']);
    expect([desk.settled, desk.refused]).toEqual([0, []]);
  });

  test('an answer that matches nothing changes nothing', () => {
    desk.want('a');
    desk.ledger.acknowledge('99');
    desk.ledger.acknowledge(undefined, ['other']);
    expect(desk.ledger.refuse('bad', '99')).toBe(false);
    expect(desk.ledger.refuse('bad', undefined, ['other'])).toBe(false);
    expect([desk.settled, desk.refused]).toEqual([0, []]);
  });

  test('an acknowledgement of a subscription does not revive a topic that was given up meanwhile', () => {
    desk.want('a', 'b');
    desk.want('b');
    desk.ledger.acknowledge('1');
    desk.want('b', 'a');
    expect(desk.lines).toEqual(['subscribe a b', 'unsubscribe a', 'subscribe a']);
  });

  test('a subscription that stays unanswered twice is given up until topics change', () => {
    desk.want('a');
    desk.clock.advance(20_000);
    expect(desk.unanswered).toEqual([
      [['a'], false],
      [['a'], true],
    ]);
    expect(desk.settled).toBe(1);
    desk.want('a', 'b');
    expect(desk.lines).toEqual(['subscribe a', 'subscribe a', 'subscribe a b']);
  });

  test('an unsubscription that stays unanswered is sent twice and then forgotten', () => {
    desk.want('a', 'b');
    desk.ledger.acknowledge('1');
    desk.want('b');
    desk.clock.advance(60_000);
    expect(desk.lines).toEqual(['subscribe a b', 'unsubscribe a', 'unsubscribe a']);
    expect(desk.unanswered.map(([, final]) => final)).toEqual([false, false]);
    expect(desk.clock.pendingDelaysMs()).toEqual([]);
  });

  test('changes that come faster than the pace melt into one difference', () => {
    desk = new Desk(1_000);
    desk.want('a');
    desk.want('b');
    for (let flip = 0; flip < 100; flip += 1) desk.want(...(flip % 2 === 0 ? ['c'] : ['d']));
    desk.clock.advance(9_000);
    expect(desk.lines.length).toBeLessThanOrEqual(5);
    expect([...carried(desk.written)]).toEqual(['d']);
  });

  test('a venue that refuses everything is halved 32 times and then believed', () => {
    const many = Array.from({ length: 400 }, (_, index) => `t${index}`);
    desk = new Desk(0, {
      ...testProtocol('ws://venue'),
      subscribe: (topics) => {
        const id = `${desk.written.length}-${topics[0] ?? ''}`;
        return [{ id, topics, text: JSON.stringify({ op: 'subscribe', id, topics }) }];
      },
    });
    desk.want(...many);
    // Each refusal adds requests to the list that is walked.
    for (const { id } of desk.written) desk.ledger.refuse('no', id);
    expect(desk.written).toHaveLength(1 + 2 * 32);
    expect(new Set(desk.refused).size).toBe(400);
    expect(desk.settled).toBe(1);
    const before = desk.written.length;
    desk.ledger.askForRefused();
    for (const { id } of desk.written.slice(before)) desk.ledger.refuse('no', id);
    expect(desk.written.length).toBeGreaterThan(before + 1);
  });

  test('topics the protocol makes no request for are refused, also when it throws', () => {
    desk = new Desk(0, { ...testProtocol('ws://venue'), subscribe: () => [] });
    desk.want('a');
    expect([desk.refused, desk.settled]).toEqual([['a'], 1]);
    const failing = () => {
      throw new Error('unknown suffix');
    };
    desk = new Desk(0, { ...testProtocol('ws://venue'), subscribe: failing });
    desk.want('a', 'b');
    expect([desk.refused, desk.settled]).toEqual([['a', 'b'], 1]);
  });

  test('a stopped ledger holds no timer', () => {
    desk.want('a');
    desk.ledger.stop();
    expect(desk.clock.pendingDelaysMs()).toEqual([]);
  });

  test('whatever changes and whatever gets lost, the venue ends up with what is wanted', () => {
    const step = fc.oneof(
      fc.record({ want: fc.subarray(TOPICS, { minLength: 1 }) }),
      fc.record({ acknowledge: fc.nat(), byTopic: fc.boolean() }),
      fc.record({ passMs: fc.integer({ min: 1, max: 4_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 100, 700), (steps, paceMs) => {
        const venue = new Desk(paceMs);
        const answer = (request: TestRequest, byTopic: boolean) => {
          if (byTopic) venue.ledger.acknowledge(undefined, request.topics);
          else venue.ledger.acknowledge(request.id);
        };
        let wanted: readonly string[] = [];
        for (const next of steps) {
          if ('want' in next) venue.want(...(wanted = next.want));
          else if ('passMs' in next) venue.clock.advance(next.passMs);
          else if (venue.written.length > 0) {
            answer(venue.written[next.acknowledge % venue.written.length]!, next.byTopic);
          }
        }
        if (wanted.length === 0) return;
        // From here on the venue answers everything; what was lost is asked for again.
        for (let at = 0; at < 500 && (at < venue.written.length || at < 60); at += 1) {
          venue.clock.advance(1_000);
          for (const request of venue.written) answer(request, false);
        }
        expect(carried(venue.written)).toEqual(new Set(wanted));
        expect(venue.settled).toBeGreaterThan(0);
        expect(venue.clock.pendingDelaysMs()).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

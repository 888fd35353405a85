import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { BodyCache } from './body-cache.js';
import { Lane, type Audience, type LiveMember } from './lane.js';
import { SharedRenderer, type Render } from './shared-renderer.js';
import { turn } from './topic-for-tests.js';

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const failed = (error: unknown) => `failed: ${error instanceof Error ? error.message : String(error)}`;

function makeLane(render: Render<string>, { limit = 100, nextTurn = turn } = {}) {
  return new Lane(new SharedRenderer(render, new BodyCache(10_000)), limit, nextTurn);
}

/** One that notes what it is told, and leaves its audience as a member of a topic does. */
class NotingMember implements LiveMember {
  readonly notes: string[] = [];

  constructor(
    readonly audience: Audience<string>,
    private readonly onTaken: () => void = () => undefined,
  ) {
    audience.members.add(this);
  }

  take(body: Uint8Array, position: number): void {
    this.notes.push(`${position} ${Buffer.from(body).toString()}`);
    this.onTaken();
  }

  fallBack(): void {
    this.notes.push('sent back');
    this.leave();
  }

  fail(error: unknown): void {
    this.notes.push(failed(error));
    this.leave();
  }

  leave(): void {
    this.audience.members.delete(this);
  }
}

const audienceOf = (lane: Lane<string>): Audience<string> => ({ lane, members: new Set() });

/** An event of the plain queue: its position, and the numbers of the audiences that it is for. */
interface Waiting {
  readonly position: number;
  readonly wantedBy: readonly number[];
}

/** Renderings that end one by one, when they are told to. */
function heldRendering() {
  const begun: string[] = [];
  const underWay: PromiseWithResolvers<Uint8Array>[] = [];
  const render = (event: string) => {
    const rendering = Promise.withResolvers<Uint8Array>();
    begun.push(event);
    underWay.push(rendering);
    return rendering.promise;
  };
  const finish = async (end: (rendering: PromiseWithResolvers<Uint8Array>, event: string) => void) => {
    const rendering = underWay.shift();
    if (rendering !== undefined) end(rendering, begun[begun.length - underWay.length - 1] ?? '');
    await turn();
  };
  return {
    begun,
    underWay,
    render,
    succeed: () => finish((rendering, event) => rendering.resolve(bytesOf(event))),
    fail: () => finish((rendering) => rendering.reject(new Error('broken'))),
  };
}

describe('Lane', () => {
  test('hands each event to all members of the audiences that it is for, rendered once', async () => {
    const render = jest.fn(bytesOf);
    const lane = makeLane(render);
    const [red, blue] = [audienceOf(lane), audienceOf(lane)];
    const members = [red, red, blue].map((audience) => new NotingMember(audience));
    lane.add('a', 1, red);
    lane.add('a', 1, blue);
    lane.add('b', 2, blue);
    lane.start();
    await turn();
    expect(members.map(({ notes }) => notes)).toEqual([['1 a'], ['1 a'], ['1 a', '2 b']]);
    expect(render).toHaveBeenCalledTimes(2);
  });

  test('renders nothing without events, nor before it is told to begin', async () => {
    const render = jest.fn(bytesOf);
    const lane = makeLane(render);
    lane.start();
    const audience = audienceOf(lane);
    const { notes } = new NotingMember(audience);
    lane.add('a', 1, audience);
    await turn();
    expect(render).not.toHaveBeenCalled();
    lane.start();
    await turn();
    expect(notes).toEqual(['1 a']);
  });

  test('lets no event overtake one that is still being rendered, and makes one at a time', async () => {
    const { begun, render, succeed } = heldRendering();
    const lane = makeLane((event) => (event === 'slow' ? render(event) : bytesOf(event)));
    const audience = audienceOf(lane);
    const { notes } = new NotingMember(audience);
    ['slow', 'quick', 'slow'].forEach((event, n) => {
      lane.add(event, n, audience);
      lane.start();
    });
    await turn();
    expect([notes, begun]).toEqual([[], ['slow']]);
    await succeed();
    expect([notes, begun]).toEqual([
      ['0 slow', '1 quick'],
      ['slow', 'slow'],
    ]);
    await succeed();
    expect(notes).toEqual(['0 slow', '1 quick', '2 slow']);
  });

  test('begins again with what comes after it had nothing more to do', async () => {
    const lane = makeLane(bytesOf);
    const audience = audienceOf(lane);
    const { notes } = new NotingMember(audience);
    for (const [n, event] of ['a', 'b'].entries()) {
      lane.add(event, n, audience);
      lane.start();
      await turn();
    }
    expect(notes).toEqual(['0 a', '1 b']);
  });

  test('lets as many wait as its limit, and with one more sends those back whom the waiting ones are for', async () => {
    const { render, succeed } = heldRendering();
    const lane = makeLane(render, { limit: 2 });
    const [red, blue] = [audienceOf(lane), audienceOf(lane)];
    const [one, another] = [new NotingMember(red), new NotingMember(blue)];
    lane.add('under way', 1, red);
    lane.start();
    for (const position of [2, 3]) lane.add('waiting', position, red);
    // Of an event that waits already: takes no more room.
    lane.add('waiting', 3, red);
    expect([one.notes, lane.fallbacks]).toEqual([[], 0]);
    lane.add('last', 4, blue);
    expect([one.notes, another.notes, lane.fallbacks]).toEqual([['sent back'], [], 1]);
    await succeed();
    await succeed();
    expect([one.notes, another.notes]).toEqual([['sent back'], ['4 last']]);
  });

  test('ends those for whom rendering failed, and goes on with the others', async () => {
    const lane = makeLane((event) => {
      if (event === 'throws') throw new Error('broken');
      return event === 'rejects' ? Promise.reject(new Error('broken later')) : bytesOf(event);
    });
    const [red, blue, green] = [audienceOf(lane), audienceOf(lane), audienceOf(lane)];
    const members = [red, red, blue, green].map((audience) => new NotingMember(audience));
    lane.add('throws', 1, red);
    lane.add('rejects', 2, blue);
    for (const audience of [red, blue, green]) lane.add('fine', 3, audience);
    lane.start();
    await turn();
    expect(members.map(({ notes }) => notes)).toEqual([
      ['failed: broken'],
      ['failed: broken'],
      ['failed: broken later'],
      ['3 fine'],
    ]);
  });

  test('gives nothing to who leaves while an event waits or is made, nor by who has it before him', async () => {
    const { render, succeed } = heldRendering();
    const lane = makeLane(render);
    const audience = audienceOf(lane);
    const first = new NotingMember(audience, () => second.leave());
    const second = new NotingMember(audience);
    const third = new NotingMember(audience);
    lane.add('a', 1, audience);
    lane.start();
    third.leave();
    await succeed();
    expect([first.notes, second.notes, third.notes]).toEqual([['1 a'], [], []]);
  });

  test('lets other work have its turn after every 64 events', async () => {
    const pause = Promise.withResolvers<undefined>();
    const nextTurn = jest.fn(() => pause.promise);
    const lane = makeLane(bytesOf, { limit: 1_000, nextTurn });
    const audience = audienceOf(lane);
    const { notes } = new NotingMember(audience);
    for (let position = 0; position < 100; position += 1) lane.add('a', position, audience);
    lane.start();
    await turn();
    expect([notes.length, nextTurn.mock.calls.length]).toEqual([64, 1]);
    pause.resolve(undefined);
    await turn();
    expect([notes.length, nextTurn.mock.calls.length]).toEqual([100, 1]);
  });

  test('does what a plain queue would do, whatever comes, fails and is too much', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ event: fc.subarray([0, 1, 2], { minLength: 1 }) }) },
      { weight: 4, arbitrary: fc.constant({ succeed: true } as const) },
      { weight: 1, arbitrary: fc.constant({ fail: true } as const) },
      { weight: 2, arbitrary: fc.record({ join: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ leave: fc.nat(2) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        async (steps, limit) => {
          const { render, underWay, succeed, fail } = heldRendering();
          const lane = makeLane(render, { limit });
          const audiences = [0, 1, 2].map(() => audienceOf(lane));
          const all: NotingMember[] = [];
          const expected = new Map<NotingMember, string[]>();
          /** Per audience who is in it, and what the plain queue holds. */
          const present = [0, 1, 2].map(() => new Set<NotingMember>());
          let waiting: Waiting[] = [];
          let current: Waiting | undefined;
          let sentBack = 0;
          const tell = (wantedBy: readonly number[], note: string, leaves: boolean) => {
            for (const audience of wantedBy) {
              for (const member of present[audience] ?? []) expected.get(member)?.push(note);
              if (leaves) present[audience]?.clear();
            }
          };
          for (const [position, what] of steps.entries()) {
            if ('event' in what) {
              if (waiting.length >= limit) {
                sentBack += 1;
                for (const { wantedBy } of waiting) tell(wantedBy, 'sent back', true);
                waiting = [];
              }
              waiting.push({ position, wantedBy: what.event });
              current ??= waiting.shift();
              for (const n of what.event) if (audiences[n]) lane.add(`e${position}`, position, audiences[n]);
              lane.start();
            } else if ('join' in what) {
              const audience = audiences[what.join];
              if (audience === undefined) continue;
              const member = new NotingMember(audience);
              all.push(member);
              expected.set(member, []);
              present[what.join]?.add(member);
            } else if ('leave' in what) {
              const [member] = present[what.leave] ?? [];
              if (member === undefined) continue;
              member.leave();
              present[what.leave]?.delete(member);
            } else {
              if (current !== undefined) {
                if ('succeed' in what)
                  tell(current.wantedBy, `${current.position} e${current.position}`, false);
                else tell(current.wantedBy, failed(new Error('broken')), true);
                current = waiting.shift();
              }
              await ('succeed' in what ? succeed() : fail());
            }
            expect(underWay).toHaveLength(current === undefined ? 0 : 1);
            expect(lane.fallbacks).toBe(sentBack);
            for (const member of all) expect(member.notes).toEqual(expected.get(member));
          }
        },
      ),
    );
  });
});

import { describe, expect, jest, test } from '@jest/globals';
import { BodyCache } from './body-cache.js';
import { SharedRenderer } from './shared-renderer.js';
import { turn } from './topic-for-tests.js';

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

/** A rendering that ends when it is told to, one after the other. */
function heldRendering() {
  const underWay: PromiseWithResolvers<Uint8Array>[] = [];
  const render = () => {
    const rendering = Promise.withResolvers<Uint8Array>();
    underWay.push(rendering);
    return rendering.promise;
  };
  return { underWay, render };
}

describe('SharedRenderer', () => {
  test('renders an event once, however often it is asked for, and gives everyone the same bytes', () => {
    const renderer = new SharedRenderer(bytesOf, new BodyCache(100));
    const first = renderer.body('a', 1);
    expect(first).toEqual(bytesOf('a'));
    expect(renderer.body('a', 1)).toBe(first);
    expect(renderer.body('b', 2)).toEqual(bytesOf('b'));
    expect(renderer.renderings).toBe(2);
  });

  test('lets those who ask while it is being made wait for the same rendering', async () => {
    const { render, underWay } = heldRendering();
    const renderer = new SharedRenderer(render, new BodyCache(100));
    const asked = [1, 1, 2].map(async (position) => renderer.body('', position));
    expect(underWay).toHaveLength(2);
    underWay[1]?.resolve(bytesOf('b'));
    underWay[0]?.resolve(bytesOf('a'));
    expect(await Promise.all(asked)).toEqual(['a', 'a', 'b'].map(bytesOf));
    // Known from now on, so nobody waits any more.
    expect(renderer.body('a', 1)).toEqual(bytesOf('a'));
    expect(renderer.renderings).toBe(2);
  });

  test('tells all who wait of a failed rendering, keeps nothing of it and tries again for the next', async () => {
    const { render, underWay } = heldRendering();
    const renderer = new SharedRenderer(render, new BodyCache(100));
    const asked = [1, 1].map(async (position) => renderer.body('', position));
    underWay[0]?.reject(new Error('broken'));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = renderer.body('a', 1);
    underWay[1]?.resolve(bytesOf('a'));
    expect(await again).toEqual(bytesOf('a'));
  });

  test('throws what rendering throws, and tries again for the next', () => {
    const render = jest.fn(bytesOf).mockImplementationOnce(() => {
      throw new Error('broken');
    });
    const renderer = new SharedRenderer(render, new BodyCache(100));
    expect(() => renderer.body('a', 1)).toThrow('broken');
    expect(renderer.body('a', 1)).toEqual(bytesOf('a'));
  });

  test('does not let what one renderer makes, or cannot make, be seen by another with the same cache', () => {
    const bodies = new BodyCache(100);
    const broken = new SharedRenderer<string>(() => {
      throw new Error('broken');
    }, bodies);
    const plain = new SharedRenderer(bytesOf, bodies);
    const loud = new SharedRenderer((text: string) => bytesOf(text.toUpperCase()), bodies);
    expect(plain.body('a', 1)).toEqual(bytesOf('a'));
    expect(loud.body('a', 1)).toEqual(bytesOf('A'));
    expect(() => broken.body('a', 1)).toThrow('broken');
    expect([plain.renderings, loud.renderings]).toEqual([1, 1]);
  });

  test('renders again what there was no room for', async () => {
    const bodies = new BodyCache(2);
    const renderer = new SharedRenderer((text: string) => Promise.resolve(bytesOf(text)), bodies);
    for (const text of ['a', 'b', 'c']) await renderer.body(text, text.charCodeAt(0));
    expect(renderer.body('c', 99)).toBeInstanceOf(Uint8Array);
    await renderer.body('a', 97);
    expect(renderer.renderings).toBe(4);
    expect(bodies.bytes).toBe(2);
  });

  test('does not take a rendering from before positions were given anew for the event that has its position now', async () => {
    const { render, underWay } = heldRendering();
    const bodies = new BodyCache(100);
    const renderer = new SharedRenderer(render, bodies);
    const old = renderer.body('old', 5);
    bodies.clear();
    const renewed = renderer.body('new', 5);
    expect(underWay).toHaveLength(2);
    underWay[0]?.resolve(bytesOf('old'));
    expect(await old).toEqual(bytesOf('old'));
    await turn();
    expect(renderer.body('new', 5)).toBe(renewed);
    underWay[1]?.resolve(bytesOf('new'));
    expect(await renewed).toEqual(bytesOf('new'));
    expect(renderer.body('new', 5)).toEqual(bytesOf('new'));
  });

  test('keeps nothing that was begun before positions were given anew, though nobody has asked since', async () => {
    const { render, underWay } = heldRendering();
    const bodies = new BodyCache(100);
    const renderer = new SharedRenderer(render, bodies);
    const old = renderer.body('old', 5);
    bodies.clear();
    underWay[0]?.resolve(bytesOf('old'));
    await old;
    expect(bodies.bytes).toBe(0);
  });
});

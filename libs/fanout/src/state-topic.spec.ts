import { describe, expect, test } from '@jest/globals';
import { makeTopic, settled } from './state-topic-for-tests.js';

describe('StateTopic', () => {
  test('begins with the newest state of every key, then gives a key again when it has changed', async () => {
    const { source, turns, join } = makeTopic();
    source.change('a', 'b', 'a');
    const { reader } = join();
    expect(reader.seen).toEqual([]);
    await turns.run();
    expect(reader.seen).toEqual(['a 3', 'b 2']);
    source.change('b');
    await turns.run();
    expect(reader.seen.slice(2)).toEqual(['b 4']);
    expect(turns.waiting).toBe(0);
  });

  test('renders a key once for all readers and once per turn, however often it changed', async () => {
    const { source, turns, join, rendered } = makeTopic();
    source.change('a', 'b');
    const { reader: first } = join();
    const { reader: second } = join();
    await turns.run();
    source.change('a', 'a', 'a');
    expect(turns.waiting).toBe(1);
    await turns.run();
    expect(rendered.map(({ version }) => version)).toEqual([1, 2, 5]);
    expect(first.seen).toEqual(['a 1', 'b 2', 'a 5']);
    expect(second.seen).toEqual(first.seen);
  });

  test('gives who joins later the bodies that are there, without rendering them again', async () => {
    const { source, turns, join, rendered } = makeTopic();
    source.change('a', 'b');
    const { reader: first } = join();
    await turns.run();
    source.change('b');
    const { reader: late } = join();
    await turns.run();
    expect(late.seen.sort()).toEqual(['a 1', 'b 3']);
    expect(rendered).toHaveLength(3);
    expect(first.seen).toEqual(['a 1', 'b 2', 'b 3']);
  });

  test('lets nothing overtake: a key that changes while it is rendered is rendered again afterwards', async () => {
    const { source, turns, join, underWay } = makeTopic({ isSync: false });
    source.change('a', 'b');
    const { reader } = join();
    await turns.run();
    const [first, other] = underWay;
    source.change('a');
    await turns.run();
    source.change('a');
    await turns.run();
    expect(underWay).toHaveLength(2);
    await other?.finish();
    await first?.finish();
    expect(reader.seen).toEqual(['b 2', 'a 1']);
    await turns.run();
    expect(underWay.map(({ state }) => state.version)).toEqual([4]);
    await underWay[0]?.finish();
    expect(reader.seen).toEqual(['b 2', 'a 1', 'a 4']);
  });

  test('tells who joins in the middle of a rendering of its result and of every change after it', async () => {
    const { source, turns, join, underWay } = makeTopic({ isSync: false });
    source.change('a');
    join();
    await turns.run();
    const { reader: late } = join();
    await turns.run();
    source.change('a');
    await underWay[0]?.finish();
    expect(late.seen).toEqual(['a 1']);
    await turns.run();
    await underWay[0]?.finish();
    expect(late.seen).toEqual(['a 1', 'a 2']);
  });

  test('gives a congested reader nothing, and afterwards the newest of each key that changed, once', async () => {
    const { source, turns, join, rendered, topic } = makeTopic();
    source.change('a', 'b', 'c');
    const { reader } = join();
    const { reader: other } = join();
    await turns.run();
    reader.congest();
    for (let n = 0; n < 50; n += 1) {
      source.change('a', 'b');
      await turns.run();
    }
    expect(reader.seen).toHaveLength(3);
    expect([reader.waits, topic.owedCount]).toEqual([1, 2]);
    reader.drain();
    await settled();
    expect(topic.owedCount).toBe(0);
    expect(reader.seen.slice(3)).toEqual(['a 102', 'b 103']);
    expect(other.seen).toHaveLength(103);
    expect(rendered).toHaveLength(103);
    source.change('c');
    await turns.run();
    expect(reader.seen.slice(5)).toEqual(['c 104']);
  });

  test('gives a reader that joins congested its snapshot once it reads', async () => {
    const { source, turns, join } = makeTopic();
    source.change('a', 'b');
    const { reader } = join();
    reader.congest();
    await turns.run();
    expect(reader.seen).toEqual([]);
    reader.drain();
    await settled();
    expect(reader.seen).toEqual(['a 1', 'b 2']);
  });

  test('stops handing over in the middle when a reader is full again, and goes on later', async () => {
    const { source, turns, join } = makeTopic();
    source.change('a', 'b', 'c');
    const { reader } = join();
    reader.onDeliver = () => reader.congest();
    await turns.run();
    expect(reader.seen).toEqual(['a 1']);
    source.change('c');
    await turns.run();
    reader.drain();
    await settled();
    expect(reader.seen).toEqual(['a 1', 'b 2']);
    reader.drain();
    await settled();
    expect(reader.seen).toEqual(['a 1', 'b 2', 'c 4']);
    expect(reader.deliveredWhileCongested).toBe(0);
  });

  test('asks again in a later turn when a reader is full by the time it may go on, and does not go round within one', async () => {
    const { source, turns, join } = makeTopic();
    source.change('a');
    const { reader } = join();
    reader.congest();
    await turns.run();
    reader.drain();
    reader.congest();
    await settled();
    expect([reader.seen, reader.waits, turns.waiting]).toEqual([[], 1, 1]);
    await turns.run();
    expect(reader.waits).toBe(2);
    reader.drain();
    await settled();
    expect(reader.seen).toEqual(['a 1']);
  });

  test('does not hand over an older state while a newer one is being rendered', async () => {
    const { source, turns, join, underWay } = makeTopic({ isSync: false });
    source.change('a');
    const { reader } = join();
    reader.congest();
    await turns.run();
    await underWay[0]?.finish();
    source.change('a');
    await turns.run();
    reader.drain();
    await settled();
    expect(reader.seen).toEqual([]);
    await underWay[0]?.finish();
    expect(reader.seen).toEqual(['a 2']);
  });

  test('delivers nothing to who has left: while rendering, while waiting, before the first turn, from a delivery', async () => {
    const { source, turns, join, underWay, topic } = makeTopic({ isSync: false });
    source.change('a');
    const early = join();
    early.leave();
    const inRender = join();
    const waiting = join();
    const byOther = join();
    waiting.reader.congest();
    await turns.run();
    inRender.leave();
    inRender.leave();
    const last = join();
    byOther.reader.onDeliver = () => last.leave();
    await underWay[0]?.finish();
    waiting.leave();
    waiting.reader.drain();
    await turns.run();
    expect([early, inRender, waiting, last].map(({ reader }) => reader.seen)).toEqual([[], [], [], []]);
    expect(byOther.reader.seen).toEqual(['a 1']);
    expect(topic.memberCount).toBe(1);
  });

  test('reports what cannot be rendered and serves the rest; the key is tried again when it changes', async () => {
    const { source, turns, join, errors, underWay } = makeTopic({ isSync: false });
    source.change('a', 'b');
    const { reader } = join();
    await turns.run();
    await underWay[0]?.fail();
    await underWay[0]?.finish();
    await turns.run();
    expect(errors).toEqual([new Error('cannot render a 1')]);
    expect([reader.seen, underWay.length]).toEqual([['b 2'], 0]);
    source.change('a');
    await turns.run();
    await underWay[0]?.finish();
    expect(reader.seen).toEqual(['b 2', 'a 3']);
  });

  test('tries what could not be rendered again for who joins, and gives him the older state if it still cannot', async () => {
    const { source, turns, join, errors, underWay } = makeTopic({ isSync: false });
    source.change('a');
    const { reader } = join();
    await turns.run();
    await underWay[0]?.finish();
    source.change('a');
    await turns.run();
    await underWay[0]?.fail();
    const { reader: late } = join();
    await turns.run();
    expect(late.seen).toEqual([]);
    await underWay[0]?.fail();
    expect([late.seen, errors.length]).toEqual([['a 1'], 2]);
    join();
    await turns.run();
    await underWay[0]?.finish();
    expect([reader.seen, late.seen]).toEqual([
      ['a 1', 'a 2'],
      ['a 1', 'a 2'],
    ]);
    const { reader: last } = join();
    await turns.run();
    expect([last.seen, underWay.length]).toEqual([['a 2'], 0]);
  });

  test('reports what the source, a synchronous rendering or a reader throws, and serves all others', async () => {
    const { source, turns, join, errors } = makeTopic();
    source.change('a', 'b');
    const { reader: bad } = join();
    const { reader: good } = join();
    bad.onDeliver = () => {
      throw new Error('cannot deliver');
    };
    source.read = (key) => {
      if (key === 'a') throw new Error('cannot read');
      return source.states.get(key);
    };
    await turns.run();
    expect(good.seen).toEqual(['b 2']);
    expect(errors).toEqual([new Error('cannot read'), new Error('cannot deliver')]);
    source.keys = () => {
      throw new Error('cannot list');
    };
    const { reader: late } = join();
    await turns.run();
    expect(errors.slice(2)).toEqual([new Error('cannot list'), new Error('cannot read')]);
    expect(late.seen).toEqual(['b 2']);
  });

  test('forgets a key that is gone, also for those who still wait for it, and knows it again when it is back', async () => {
    const { source, turns, join, topic } = makeTopic();
    source.change('a', 'b');
    const { reader } = join();
    reader.congest();
    await turns.run();
    source.remove('a');
    await turns.run();
    expect([topic.keyCount, topic.owedCount]).toEqual([1, 1]);
    reader.drain();
    await settled();
    expect(reader.seen).toEqual(['b 2']);
    source.change('a');
    await turns.run();
    expect(reader.seen).toEqual(['b 2', 'a 3']);
  });

  test('listens with the first and stops with the last, and does not take what was rendered before for new', async () => {
    const { source, turns, join, underWay, topic } = makeTopic({ isSync: false });
    source.change('a', 'b');
    const first = join();
    const second = join();
    expect(source.listeners.size).toBe(1);
    await turns.run();
    await underWay[1]?.finish();
    const [slow] = underWay;
    first.leave();
    second.leave();
    expect([source.listeners.size, topic.memberCount, topic.keyCount]).toEqual([0, 0, 0]);
    source.change('a');
    const { reader } = join();
    await turns.run();
    expect(underWay.slice(1).map(({ state }) => state)).toEqual([
      { key: 'a', version: 3 },
      { key: 'b', version: 2 },
    ]);
    await underWay[1]?.finish();
    await slow?.finish();
    await underWay[0]?.finish();
    expect(reader.seen).toEqual(['a 3', 'b 2']);
    expect(second.reader.seen).toEqual(['b 2']);
  });

  test('does not let a failure from before the last left touch those who came after', async () => {
    const { source, turns, join, underWay, errors } = makeTopic({ isSync: false });
    source.change('a');
    const { leave } = join();
    await turns.run();
    leave();
    const { reader } = join();
    const { reader: congested } = join();
    congested.congest();
    await turns.run();
    const [old, fresh] = underWay;
    await old?.fail();
    source.change('a');
    await turns.run();
    expect([errors.length, underWay.length]).toEqual([1, 1]);
    await fresh?.finish();
    await turns.run();
    await underWay[0]?.finish();
    congested.drain();
    await settled();
    expect([reader.seen, congested.seen]).toEqual([['a 1', 'a 2'], ['a 2']]);
  });

  test('renders nothing for nobody: not after the last has left in the middle of a turn, nor for a source that goes on', async () => {
    const { source, turns, join, rendered, topic } = makeTopic();
    source.change('a', 'b');
    const { reader, leave } = join();
    const [listener] = source.listeners;
    reader.onDeliver = leave;
    await turns.run();
    listener?.('a');
    await turns.run();
    expect([reader.seen, rendered.length, topic.keyCount, turns.waiting]).toEqual([['a 1'], 1, 0, 0]);
  });

  test('leaves no one behind when the source cannot be listened to', () => {
    const { source, join, topic, turns } = makeTopic();
    source.subscribe = () => {
      throw new Error('cannot listen');
    };
    expect(join).toThrow('cannot listen');
    expect([topic.memberCount, turns.waiting]).toEqual([0, 0]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { known, makeChanges, toldTo } from './changes-topic-for-tests.js';
import { settled } from './state-topic-for-tests.js';

describe('ChangesTopic', () => {
  test('begins with a snapshot, then gives one body per flush with all that was touched, and nothing else', async () => {
    const { source, turns, join, flush } = makeChanges();
    source.change('a', 'b', 'c');
    source.tell();
    const { reader } = join();
    expect(reader.seen).toEqual([]);
    await turns.run();
    await flush('a', 'c', 'a');
    await flush('d');
    expect(toldTo(reader)).toEqual([
      { all: true, states: { a: 1, b: 2, c: 3 } },
      { all: false, states: { a: 6, c: 5 } },
      { all: false, states: { d: 7 } },
    ]);
  });

  test('reads and renders once for all, and the snapshot once while nothing was touched', async () => {
    const { source, turns, join, flush, renderings } = makeChanges();
    source.change('a');
    const early = [join(), join(), join()];
    await turns.run();
    const { reader: late } = join();
    await turns.run();
    expect([source.asked, renderings()]).toEqual([['snapshot'], 1]);
    await flush('b');
    expect(renderings()).toBe(2);
    expect(new Set([...early, { reader: late }].map(({ reader }) => reader.seen.join()))).toHaveProperty(
      'size',
      1,
    );
    const { reader: last } = join();
    await turns.run();
    expect(toldTo(last)).toEqual([{ all: true, states: { a: 1, b: 2 } }]);
    expect(renderings()).toBe(3);
  });

  test('lets what is touched while the snapshot is read follow it, also for those who came meanwhile', async () => {
    const { source, turns, join } = makeChanges({ isByHand: true });
    source.change('a');
    const { reader: first } = join();
    await turns.run();
    source.change('a', 'b');
    source.tell();
    const { reader: second } = join();
    await source.underWay[0]?.finish();
    await turns.run();
    await source.underWay[0]?.finish();
    for (const reader of [first, second]) {
      expect(toldTo(reader)).toEqual([
        { all: true, states: { a: 1 } },
        { all: false, states: { a: 2, b: 3 } },
      ]);
    }
  });

  test('reads again what is touched while it is read, and never two at a time', async () => {
    const { source, turns, join, flush } = makeChanges({ isByHand: true });
    const { reader } = join();
    await turns.run();
    await source.underWay[0]?.finish();
    await flush('a');
    await flush('a', 'b');
    await flush('a');
    expect(source.underWay).toHaveLength(1);
    await source.underWay[0]?.finish();
    await source.underWay[0]?.finish();
    expect(toldTo(reader).slice(1)).toEqual([
      { all: false, states: { a: 1 } },
      { all: false, states: { a: 4, b: 3 } },
    ]);
    await turns.run();
    expect(source.underWay).toEqual([]);
  });

  test('gives who joins during a flush the snapshot after it, with what was flushed in it', async () => {
    const { source, turns, join, flush } = makeChanges({ isByHand: true });
    join();
    await turns.run();
    await source.underWay[0]?.finish();
    await flush('a');
    const { reader: late } = join();
    await turns.run();
    await source.underWay[0]?.finish();
    await turns.run();
    await source.underWay[0]?.finish();
    expect(toldTo(late)).toEqual([{ all: true, states: { a: 1 } }]);
  });

  test('gives a congested member the newest of all that it missed in one body, shared by those who missed the same', async () => {
    const { source, turns, join, flush, topic, renderings } = makeChanges();
    const slow = [join(), join()].map(({ reader }) => reader);
    const { reader: other } = join();
    await turns.run();
    for (const reader of slow) reader.congest();
    for (let n = 0; n < 50; n += 1) await flush('a', n % 2 === 0 ? 'b' : 'c');
    const before = renderings();
    expect([topic.owedCount, topic.keyCount, other.seen.length]).toEqual([2, 3, 51]);
    expect(slow.map(({ seen, waits }) => [seen.length, waits])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    slow[0]?.drain();
    await settled();
    await turns.run();
    slow[1]?.drain();
    await settled();
    await turns.run();
    expect(renderings()).toBe(before + 1);
    for (const reader of slow) {
      expect(toldTo(reader).slice(1)).toEqual([{ all: false, states: Object.fromEntries(source.states) }]);
    }
    expect([topic.owedCount, topic.keyCount]).toEqual([0, 0]);
    await flush('d');
    expect(new Set([...slow, other].map(({ seen }) => seen.at(-1)))).toHaveProperty('size', 1);
  });

  test('gives who missed the last body alone the bytes of that body', async () => {
    const { turns, join, flush, renderings } = makeChanges();
    const [{ reader: fast }, { reader: slow }] = [join(), join()];
    await turns.run();
    slow.congest();
    await flush('a', 'b');
    slow.drain();
    await settled();
    await turns.run();
    expect([slow.seen, renderings()]).toEqual([fast.seen, 2]);
  });

  test('gives who missed a key twice its newest state', async () => {
    const { source, turns, join, flush } = makeChanges();
    const { reader } = join();
    await turns.run();
    reader.congest();
    await flush('a', 'b');
    await flush('a');
    reader.drain();
    await settled();
    await turns.run();
    expect(known(reader)).toEqual(Object.fromEntries(source.states));
  });

  test('gives what was missed to nobody who left, or is full again, while it was read', async () => {
    const { source, turns, join, flush } = makeChanges({ isByHand: true });
    const [left, full, fine] = [join(), join(), join()];
    const all = [left, full, fine];
    await turns.run();
    await source.underWay[0]?.finish();
    for (const { reader } of all) reader.congest();
    for (const key of ['a', 'b']) {
      await flush(key);
      await source.underWay[0]?.finish();
    }
    for (const { reader } of all) reader.drain();
    await settled();
    await turns.run();
    left.leave();
    full.reader.congest();
    await source.underWay[0]?.finish();
    expect(all.map(({ reader }) => reader.seen.length)).toEqual([1, 1, 2]);
    expect(full.reader.deliveredWhileCongested).toBe(0);
    full.reader.drain();
    await settled();
    await turns.run();
    expect([full.reader.seen, source.underWay]).toEqual([fine.reader.seen, []]);
  });

  test('gives those who missed different bodies only what each missed', async () => {
    const { turns, join, flush } = makeChanges();
    const [{ reader: slower }, { reader: slow }] = [join(), join()];
    await turns.run();
    slower.congest();
    await flush('a');
    slow.congest();
    await flush('b');
    slower.drain();
    slow.drain();
    await settled();
    await turns.run();
    expect(toldTo(slower).slice(1)).toEqual([{ all: false, states: { a: 1, b: 2 } }]);
    expect(toldTo(slow).slice(1)).toEqual([
      { all: false, states: { a: 1 } },
      { all: false, states: { b: 2 } },
    ]);
  });

  test('gives who missed more keys than are remembered the snapshot instead', async () => {
    const { source, turns, join, flush, topic } = makeChanges({ keysPerBody: 4 });
    const { reader } = join();
    await turns.run();
    reader.congest();
    await flush('a', 'b');
    await flush('c', 'd', 'e');
    expect(topic.keyCount).toBe(4);
    reader.drain();
    await settled();
    await turns.run();
    await turns.run();
    expect(toldTo(reader).slice(1)).toEqual([{ all: true, states: Object.fromEntries(source.states) }]);
    await flush('a');
    expect(known(reader)).toEqual(Object.fromEntries(source.states));
  });

  test('gives a reader that joins congested its snapshot once it reads, and all that came meanwhile in it', async () => {
    const { source, turns, join, flush } = makeChanges();
    const { reader } = join();
    reader.congest();
    await turns.run();
    await flush('a');
    expect([reader.seen, source.asked]).toEqual([[], []]);
    reader.drain();
    await settled();
    await turns.run();
    expect(toldTo(reader)).toEqual([{ all: true, states: { a: 1 } }]);
    await flush('b');
    expect(source.asked).toEqual(['snapshot', ['b']]);
  });

  test('splits a flush of more keys than one body holds', async () => {
    const { source, turns, join, flush } = makeChanges({ keysPerBody: 4 });
    const { reader } = join();
    await turns.run();
    await flush('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
    expect(toldTo(reader).map(({ states }) => Object.keys(states).join(''))).toEqual([
      '',
      'abcd',
      'efgh',
      'ij',
    ]);
    expect(known(reader)).toEqual(Object.fromEntries(source.states));
  });

  test('says nothing of keys of which there is nothing to tell', async () => {
    const { source, turns, join } = makeChanges();
    const { reader } = join();
    await turns.run();
    for (const listener of source.listeners) listener(['unknown']);
    await turns.run();
    expect([reader.seen.length, source.asked.length]).toEqual([1, 2]);
  });

  test('gives everybody a new snapshot when everything may have changed, and not one that was begun before', async () => {
    const { source, turns, join } = makeChanges({ isByHand: true });
    const { reader } = join();
    await turns.run();
    await source.underWay[0]?.finish();
    const { reader: late } = join();
    await turns.run();
    source.change('a');
    source.tell();
    await turns.run();
    const [update] = source.underWay;
    source.change('a', 'b');
    source.tellEverything();
    await update?.finish();
    await turns.run();
    await source.underWay[0]?.finish();
    expect(toldTo(reader).slice(1)).toEqual([{ all: true, states: { a: 2, b: 3 } }]);
    expect(toldTo(late).at(-1)).toEqual(toldTo(reader).at(-1));
  });

  test('does not give a snapshot from before to anybody once everything may have changed', async () => {
    const { source, turns, join } = makeChanges();
    const { reader } = join();
    await turns.run();
    source.change('a');
    source.tellEverything();
    await turns.run();
    expect(toldTo(reader)).toEqual([
      { all: true, states: {} },
      { all: true, states: { a: 1 } },
    ]);
  });

  test('reports what cannot be read, and reads it with what is touched next, or when it is told to try again', async () => {
    const { source, turns, join, errors, flush } = makeChanges({ isByHand: true });
    const { reader } = join();
    await turns.run();
    await source.underWay[0]?.fail();
    expect(errors).toEqual([new Error('cannot read snapshot')]);
    source.tell();
    await turns.run();
    await source.underWay[0]?.finish();
    await flush('a');
    await source.underWay[0]?.fail();
    await flush('b');
    await source.underWay[0]?.fail();
    expect(errors.slice(1)).toEqual([new Error('cannot read a'), new Error('cannot read a,b')]);
    source.tell();
    await turns.run();
    await source.underWay[0]?.finish();
    expect(toldTo(reader)).toEqual([
      { all: true, states: {} },
      { all: false, states: { a: 1, b: 2 } },
    ]);
  });

  test('reports a reader that throws, and serves all others', async () => {
    const { turns, join, errors, flush } = makeChanges();
    const [{ reader: bad }, { reader: good }] = [join(), join()];
    bad.onDeliver = () => {
      throw new Error('cannot deliver');
    };
    await turns.run();
    await flush('a');
    expect([errors.length, good.seen.length]).toEqual([2, 2]);
  });

  test('asks a reader that is full again by its turn once more, and does not go round within one turn', async () => {
    const { turns, join } = makeChanges();
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
    await turns.run();
    expect(reader.seen).toHaveLength(1);
  });

  test('delivers nothing to who has left: before the first turn, while reading, while waiting, from a delivery', async () => {
    const { source, turns, join, topic } = makeChanges({ isByHand: true });
    const early = join();
    early.leave();
    const inRead = join();
    const waiting = join();
    const byOther = join();
    waiting.reader.congest();
    await turns.run();
    inRead.leave();
    inRead.leave();
    const last = join();
    byOther.reader.onDeliver = () => last.leave();
    await source.underWay[0]?.finish();
    waiting.leave();
    waiting.reader.drain();
    await turns.run();
    expect([early, inRead, waiting, last].map(({ reader }) => reader.seen)).toEqual([[], [], [], []]);
    expect(byOther.reader.seen).toHaveLength(1);
    expect(topic.memberCount).toBe(1);
  });

  test('listens with the first and stops with the last, and gives nobody what was read before he came', async () => {
    const { source, turns, join, topic } = makeChanges({ isByHand: true });
    const [first, second] = [join(), join()];
    expect(source.listeners.size).toBe(1);
    await turns.run();
    const [old] = source.underWay;
    first.leave();
    second.leave();
    expect([source.listeners.size, topic.memberCount, topic.keyCount]).toEqual([0, 0, 0]);
    source.change('a');
    source.tell();
    const { reader } = join();
    await turns.run();
    await old?.finish();
    expect(reader.seen).toEqual([]);
    await turns.run();
    await source.underWay[0]?.finish();
    expect(toldTo(reader)).toEqual([{ all: true, states: { a: 1 } }]);
  });

  test('keeps nothing for nobody, also if the source goes on', async () => {
    const { source, turns, join, topic } = makeChanges();
    const { leave } = join();
    const [listener] = source.listeners;
    await turns.run();
    leave();
    listener?.(['a']);
    expect([topic.keyCount, turns.waiting]).toEqual([0, 0]);
  });

  test('leaves no one behind when the source cannot be listened to', () => {
    const { source, join, topic, turns } = makeChanges();
    source.subscribe = () => {
      throw new Error('cannot listen');
    };
    expect(join).toThrow('cannot listen');
    expect([topic.memberCount, turns.waiting]).toEqual([0, 0]);
  });
});

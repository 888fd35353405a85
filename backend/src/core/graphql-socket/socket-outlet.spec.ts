import { describe, expect, jest, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { FakeSocket, FakeTcp } from './fake-ends-for-tests.js';
import { SOCKET_LIMITS } from './socket-limits.js';
import { SocketOutlet, type OutletLimits } from './socket-outlet.js';
import { TurnWriter } from './turn-writer.js';

function make(limits: Partial<OutletLimits> = {}, lastWords = ['last words']) {
  const turns: (() => void)[] = [];
  const clock = new FakeClock();
  const writer = new TurnWriter((task) => turns.push(task), clock);
  const tcp = new FakeTcp();
  const socket = new FakeSocket(tcp);
  const lagging: number[] = [];
  const slow: number[] = [];
  const another = () => {
    const outlet: SocketOutlet = new SocketOutlet({
      tcp,
      socket,
      clock,
      turns: writer,
      limits: { ...SOCKET_LIMITS, ...limits },
      onLagging: (unsent) => lagging.push(unsent),
      onSlow: () => {
        slow.push(outlet.unsentMessages);
        for (const text of lastWords) outlet.send(text);
      },
    });
    return outlet;
  };
  const outlet = another();
  const endTurn = () => turns.splice(0).forEach((task) => task());
  return { clock, writer, tcp, socket, outlet, another, lagging, slow, endTurn, counters: writer.counters };
}

const isDone = async (promise: Promise<void>) => {
  let done = false;
  void promise.then(() => (done = true));
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  return done;
};

const kilobytes = (count: number) => 'x'.repeat(count * 1_024);

describe('SocketOutlet', () => {
  test('writes what was handed over in a turn at its end, in order, in one write', () => {
    const { tcp, outlet, counters, endTurn } = make();
    const [a, b] = [outlet.operation('a'), outlet.operation('b')];
    a.deliver(Buffer.from('{"n":1}'));
    b.deliver(Buffer.from('{"n":2}'));
    outlet.send('{"id":"b","type":"complete"}');
    a.deliver(Buffer.from('{"n":3}'));
    expect([tcp.left.length, outlet.unsentMessages]).toEqual([0, 4]);
    endTurn();
    expect(tcp.left).toHaveLength(1);
    expect(tcp.texts).toEqual([
      '{"id":"a","type":"next","payload":{"n":1}}',
      '{"id":"b","type":"next","payload":{"n":2}}',
      '{"id":"b","type":"complete"}',
      '{"id":"a","type":"next","payload":{"n":3}}',
    ]);
    expect([outlet.unsentMessages, outlet.unsentBytes]).toEqual([0, 0]);
    expect(counters).toMatchObject({ writes: 1, messages: 4, bytes: tcp.left[0]?.length });
  });

  test('asks once per turn to be flushed, however much comes', () => {
    const { writer, outlet, endTurn } = make();
    const add = jest.spyOn(writer, 'add');
    for (let turn = 0; turn < 2; turn += 1) {
      for (let message = 0; message < 1_200; message += 1) outlet.send('x');
      endTurn();
    }
    expect(add).toHaveBeenCalledTimes(2);
  });

  test('leaves what it has written alone: a stream may keep it', () => {
    const { tcp, outlet, endTurn } = make();
    for (const text of ['first', 'other']) {
      outlet.send(text);
      endTurn();
    }
    expect(tcp.texts).toEqual(['first', 'other']);
  });

  test('hands its messages to a socket that compresses', () => {
    const { tcp, socket, endTurn, another } = make();
    socket.extensions = 'permessage-deflate';
    const outlet = another();
    outlet.operation('1').deliver(Buffer.from('{}'));
    endTurn();
    expect([tcp.left, socket.asked]).toEqual([[], ['send {"id":"1","type":"next","payload":{}}']]);
  });

  test.each(['7', 'with "quotes" and \\', 'Füchse 🦊 \u2028'])('names the operation %j as JSON', (id) => {
    const { tcp, outlet, endTurn } = make();
    outlet.operation(id).deliver(Buffer.from('{"data":"é🦊"}'));
    endTurn();
    expect(tcp.texts.map((text) => JSON.parse(text) as unknown)).toEqual([
      { id, type: 'next', payload: { data: 'é🦊' } },
    ]);
  });

  test('does not wait for the end of a turn once more than 64 KiB or half the allowed messages are collected', () => {
    const { tcp, outlet, endTurn, slow } = make();
    for (let message = 0; message < 17; message += 1) outlet.send(kilobytes(4));
    expect(tcp.texts).toHaveLength(16);
    endTurn();
    for (let message = 0; message < 5_000; message += 1) outlet.send('x');
    expect(tcp.texts.length).toBeGreaterThan(4_500);
    endTurn();
    expect([tcp.texts.length, slow]).toEqual([5_017, []]);
  });

  test('keeps one write under way, and what comes meanwhile by reference behind it', () => {
    const { tcp, outlet, counters, endTurn } = make();
    tcp.isHeld = true;
    const body = Buffer.from('"before"');
    for (const operation of ['1', '2', '3']) {
      outlet.operation(operation).deliver(body);
      endTurn();
    }
    expect(counters.messages).toBe(1);
    expect([outlet.unsentMessages, outlet.unsentBytes]).toEqual([3, 3 * 45]);
    body.write('"behind"');
    tcp.isHeld = false;
    tcp.release();
    expect(tcp.texts.map((text) => (JSON.parse(text) as { payload: string }).payload)).toEqual([
      'before',
      'behind',
      'behind',
    ]);
    expect([tcp.left.length, outlet.unsentMessages, outlet.unsentBytes]).toEqual([2, 0, 0]);
  });

  test('writes a backlog in pieces of 64 KiB, each when the one before it has left', () => {
    const { tcp, outlet, endTurn } = make();
    tcp.isHeld = true;
    for (let turn = 0; turn < 6; turn += 1) {
      outlet.send(kilobytes(30));
      endTurn();
    }
    tcp.release();
    expect(tcp.texts).toHaveLength(1);
    tcp.release();
    expect(tcp.texts).toHaveLength(3);
    expect([outlet.unsentMessages, outlet.unsentBytes]).toEqual([3, 3 * (30 * 1_024 + 4)]);
    outlet.send('last');
    tcp.release();
    expect(tcp.texts).toHaveLength(5);
    tcp.isHeld = false;
    tcp.release();
    endTurn();
    expect([tcp.texts.length, tcp.texts.at(-1), tcp.left.length]).toEqual([7, 'last', 5]);
  });

  test('is congested from 64 KiB until enough has left', async () => {
    const { tcp, outlet, endTurn } = make();
    tcp.isHeld = true;
    outlet.send(kilobytes(60));
    endTurn();
    outlet.send(kilobytes(3));
    expect(outlet.isCongested).toBe(false);
    expect(await isDone(outlet.uncongested())).toBe(true);
    outlet.operation('1').deliver(Buffer.from(kilobytes(3)));
    expect(outlet.operation('1').isCongested).toBe(true);
    const uncongested = outlet.operation('1').uncongested();
    expect(await isDone(uncongested)).toBe(false);
    tcp.release();
    expect([outlet.isCongested, await isDone(uncongested)]).toEqual([false, true]);
  });

  test('is congested by many short messages too, long before the reader is given up for their number', () => {
    const { tcp, outlet, slow, endTurn } = make();
    tcp.isHeld = true;
    for (let n = 0; n < 250; n += 1) outlet.send('x');
    endTurn();
    expect(outlet.isCongested).toBe(false);
    outlet.send('x');
    expect([outlet.isCongested, slow]).toEqual([true, []]);
    tcp.release();
    endTurn();
    expect(outlet.isCongested).toBe(false);
  });

  describe('tells once per backlog that a reader lags, at half of', () => {
    test('the bytes', () => {
      const { tcp, outlet, lagging, endTurn } = make();
      tcp.isHeld = true;
      for (let message = 0; message < 8; message += 1) outlet.send(kilobytes(64));
      expect(lagging).toEqual([8]);
      outlet.send(kilobytes(64));
      expect(lagging).toEqual([8]);
      tcp.isHeld = false;
      tcp.release();
      endTurn();
      tcp.isHeld = true;
      for (let message = 0; message < 9; message += 1) outlet.send(kilobytes(64));
      expect(lagging).toEqual([8, 8]);
    });

    test('the messages', () => {
      const { tcp, outlet, lagging, slow, endTurn } = make();
      tcp.isHeld = true;
      outlet.send('first');
      endTurn();
      for (let message = 0; message < 499; message += 1) outlet.send('x');
      expect(lagging).toEqual([]);
      for (let message = 0; message < 2; message += 1) outlet.send('x');
      expect([lagging, slow]).toEqual([[501], []]);
    });

    test('the age', () => {
      const { tcp, clock, outlet, lagging, slow, endTurn } = make();
      tcp.isHeld = true;
      outlet.send('first');
      endTurn();
      clock.advance(4_999);
      expect(lagging).toEqual([]);
      clock.advance(1);
      expect([lagging, slow, clock.pendingDelaysMs()]).toEqual([[1], [], [5_000]]);
    });
  });

  describe('gives a reader up', () => {
    test('for whom more than a mebibyte waits, the message that was too much included', () => {
      const { tcp, outlet, slow } = make();
      tcp.isHeld = true;
      for (let message = 0; message < 15; message += 1) outlet.send(kilobytes(64));
      outlet.send('x'.repeat(64 * 1_024 - 15 * 10 - 4));
      expect([outlet.unsentBytes, slow]).toEqual([1_024 * 1_024, []]);
      outlet.operation('1').deliver(Buffer.from('1'));
      expect(slow).toEqual([17]);
      outlet.operation('1').deliver(Buffer.from('2'));
      expect(outlet.unsentMessages).toBe(18);
    });

    test('but not for the size of one answer alone, only for what comes on top or for its age', () => {
      const { tcp, clock, outlet, slow, lagging, endTurn } = make();
      tcp.isHeld = true;
      outlet.send(kilobytes(3_000));
      endTurn();
      outlet.send(kilobytes(500));
      expect([slow, lagging, outlet.isCongested]).toEqual([[], [], true]);
      tcp.release();
      outlet.send(kilobytes(3_000));
      expect(slow).toEqual([2]);
      const other = make();
      other.tcp.isHeld = true;
      other.outlet.send(kilobytes(3_000));
      other.clock.advance(10_000);
      expect(other.slow).toEqual([1]);
      expect(clock.pendingDelaysMs()).toEqual([]);
    });

    test('for whom more than a thousand messages wait', () => {
      const { tcp, outlet, slow, counters, endTurn } = make();
      tcp.isHeld = true;
      outlet.send('first');
      endTurn();
      for (let message = 0; message < 999; message += 1) outlet.send('x');
      expect(slow).toEqual([]);
      outlet.send('x');
      expect([slow, counters.givenUp]).toEqual([[1_001], 1]);
    });

    test('for whom a message waits for ten seconds, though nothing new comes', () => {
      const { tcp, clock, outlet, slow, endTurn } = make();
      tcp.isHeld = true;
      outlet.send('first');
      endTurn();
      clock.advance(9_999);
      expect(slow).toEqual([]);
      clock.advance(1);
      expect(slow).toEqual([1]);
    });

    test('but not one who is always behind and never for ten seconds', () => {
      const { tcp, clock, outlet, slow, lagging, endTurn } = make();
      tcp.isHeld = true;
      outlet.send('first');
      endTurn();
      for (let count = 1; count < 60; count += 1) {
        outlet.send(`${count}`);
        endTurn();
        clock.advance(4_500);
        tcp.release();
      }
      expect([slow, lagging, tcp.texts.length]).toEqual([[], [2], 59]);
    });

    test('lets its operations say their last words, then closes with 1013, then cuts it', () => {
      const { tcp, socket, clock, outlet, slow, endTurn } = make();
      outlet.send('first');
      endTurn();
      outlet.operation('1').deliver(Buffer.from('"second"'));
      outlet.giveUp();
      outlet.giveUp();
      outlet.operation('1').deliver(Buffer.from('"too late"'));
      outlet.send('more last words');
      expect(socket.asked).toEqual([]);
      endTurn();
      outlet.send('too late');
      endTurn();
      expect(tcp.texts.slice(1)).toEqual([
        '{"id":"1","type":"next","payload":"second"}',
        'last words',
        'more last words',
      ]);
      expect([slow, socket.asked]).toEqual([[1], ['close 1013 slow consumer after 4 messages']]);
      clock.advance(4_999);
      expect(socket.asked).toHaveLength(1);
      clock.advance(1);
      expect(socket.asked).toEqual([expect.anything(), 'terminate']);
    });

    test('closes it even if nobody has a last word', () => {
      const { socket, outlet, endTurn } = make({}, []);
      outlet.giveUp();
      endTurn();
      expect(socket.asked).toEqual(['close 1013 slow consumer after 0 messages']);
    });

    test('sends the close frame behind a backlog that leaves in time', () => {
      const { tcp, socket, clock, outlet, slow, endTurn } = make({ maxUnsentMessages: 4 });
      tcp.isHeld = true;
      for (let message = 0; message < 5; message += 1) {
        outlet.send(`${message}`);
        endTurn();
      }
      expect([slow, socket.asked, clock.pendingDelaysMs()]).toEqual([[5], [], [5_000]]);
      tcp.release();
      expect(socket.asked).toEqual([]);
      tcp.release();
      expect(tcp.texts).toEqual(['0', '1', '2', '3', '4', 'last words']);
      expect(socket.asked).toEqual(['close 1013 slow consumer after 6 messages']);
    });
  });

  test('closes after what was handed over before, and takes nothing after', async () => {
    const { tcp, socket, outlet, endTurn } = make();
    outlet.operation('1').deliver(Buffer.from('{}'));
    outlet.close(4_400, 'Invalid message');
    outlet.send('too late');
    outlet.operation('1').deliver(Buffer.from('{}'));
    outlet.close(1_012, 'service restart');
    endTurn();
    expect(tcp.texts).toEqual(['{"id":"1","type":"next","payload":{}}']);
    expect(socket.asked).toEqual(['close 4400 Invalid message after 1 messages']);
    // Whoever reads a history for it has nothing to do any more until the socket is closed.
    const uncongested = outlet.uncongested();
    expect([outlet.isCongested, await isDone(uncongested)]).toEqual([true, false]);
    outlet.dispose();
    expect([outlet.isCongested, await isDone(uncongested)]).toEqual([false, true]);
  });

  test('waits for nothing but the end of a closing that does not leave', () => {
    const { tcp, socket, clock, outlet } = make();
    tcp.isHeld = true;
    outlet.send('before');
    outlet.close(4_400, 'Invalid message');
    expect([socket.asked, clock.pendingDelaysMs()]).toEqual([[], [5_000]]);
    clock.advance(5_000);
    expect(socket.asked).toEqual(['terminate']);
  });

  test('cuts a reason to what a close frame holds', () => {
    const { socket, outlet } = make();
    outlet.close(4_409, `Subscriber for ${'🦊'.repeat(100)} already exists`);
    expect(socket.asked).toEqual([`close 4409 Subscriber for ${'🦊'.repeat(27)} after 0 messages`]);
  });

  test('lets waiting senders go and leaves no timer behind when the socket is closed', async () => {
    const { tcp, clock, writer, outlet, slow, endTurn } = make();
    tcp.isHeld = true;
    outlet.send(kilobytes(65));
    const uncongested = outlet.uncongested();
    expect([writer.backlogged, clock.pendingDelaysMs()]).toEqual([1, [5_000]]);
    outlet.dispose();
    expect([await isDone(uncongested), writer.backlogged, clock.pendingDelaysMs()]).toEqual([true, 0, []]);
    outlet.send('too late');
    outlet.close(1_000, '');
    outlet.giveUp();
    endTurn();
    tcp.release();
    expect([slow, outlet.unsentMessages, clock.pendingDelaysMs()]).toEqual([[], 0, []]);
  });

  test('forgets what waits when a write fails, and what comes after (S082)', async () => {
    const { tcp, clock, writer, outlet, slow, endTurn } = make();
    tcp.isHeld = true;
    for (let turn = 0; turn < 3; turn += 1) {
      outlet.send(kilobytes(40));
      endTurn();
    }
    const uncongested = outlet.uncongested();
    tcp.break();
    expect([await isDone(uncongested), writer.backlogged, clock.pendingDelaysMs()]).toEqual([true, 0, []]);
    for (let message = 0; message < 2_000; message += 1) outlet.send('into the void');
    endTurn();
    expect([slow, outlet.unsentMessages, tcp.left]).toEqual([[], 0, []]);
  });

  test('writes nothing behind a close frame of the other side, and does not call its reader slow (S082)', () => {
    const { tcp, socket, outlet, slow, endTurn } = make();
    tcp.isHeld = true;
    outlet.send('before');
    endTurn();
    outlet.send('behind');
    endTurn();
    socket.readyState = 2;
    tcp.isHeld = false;
    tcp.release();
    for (let message = 0; message < 2_000; message += 1) outlet.send('behind');
    outlet.close(1_012, 'service restart');
    endTurn();
    expect([tcp.texts, slow, outlet.unsentMessages, socket.asked]).toEqual([['before'], [], 0, []]);
  });
});

import { describe, expect, jest, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { Outgoing, type WritableSocket } from './outgoing.js';
import { SOCKET_LIMITS } from './socket-limits.js';

/** A socket whose network takes nothing until it is told to. */
class StuckSocket implements WritableSocket {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly close = jest.fn();
  readonly terminate = jest.fn();
  #written: (() => void)[] = [];

  send(data: string, written: () => void): void {
    this.sent.push(data);
    this.bufferedAmount += data.length;
    this.#written.push(written);
  }

  flush(): void {
    this.bufferedAmount = 0;
    for (const written of this.#written.splice(0)) written();
  }
}

function make() {
  const socket = new StuckSocket();
  const clock = new FakeClock();
  const onGivenUp = jest.fn();
  return { socket, clock, onGivenUp, outgoing: new Outgoing(socket, SOCKET_LIMITS, clock, onGivenUp) };
}

const isDone = async (promise: Promise<void>) => {
  let done = false;
  void promise.then(() => (done = true));
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  return done;
};

const kilobytes = (count: number) => 'x'.repeat(count * 1_024);

describe('Outgoing', () => {
  test('takes messages at once up to 64 KiB, then makes the sender wait until they have left', async () => {
    const { socket, clock, outgoing } = make();
    expect(await isDone(outgoing.send(kilobytes(64)))).toBe(true);
    const waiting = outgoing.send('one more');
    expect(await isDone(waiting)).toBe(false);
    socket.flush();
    expect(await isDone(waiting)).toBe(true);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('gives a reader up when a message has waited for ten seconds', async () => {
    const { clock, outgoing, onGivenUp } = make();
    const waiting = outgoing.send(kilobytes(65));
    clock.advance(9_999);
    expect([outgoing.tooSlow.aborted, await isDone(waiting)]).toEqual([false, false]);
    clock.advance(1);
    expect([outgoing.tooSlow.aborted, await isDone(waiting)]).toEqual([true, true]);
    expect(onGivenUp).toHaveBeenCalledTimes(1);
  });

  test('lets the streams of a reader that is given up say their last words, then closes, then cuts', async () => {
    const { socket, clock, outgoing, onGivenUp } = make();
    outgoing.giveUp();
    await outgoing.send('SLOW_CONSUMER');
    expect([socket.sent, socket.close.mock.calls]).toEqual([['SLOW_CONSUMER'], []]);
    clock.advance(0);
    expect(socket.close).toHaveBeenCalledWith(1013, 'slow consumer');
    clock.advance(4_999);
    expect(socket.terminate).not.toHaveBeenCalled();
    clock.advance(1);
    expect(socket.terminate).toHaveBeenCalledTimes(1);
    outgoing.giveUp();
    expect(onGivenUp).toHaveBeenCalledTimes(1);
  });

  test('gives a reader up for whom more than a mebibyte waits, and adds nothing to it', () => {
    const { socket, outgoing } = make();
    for (let message = 0; message < 17; message += 1) void outgoing.send(kilobytes(64));
    expect([socket.sent.length, outgoing.tooSlow.aborted]).toEqual([17, false]);
    void outgoing.send('one too many');
    expect([socket.sent.length, outgoing.tooSlow.aborted]).toEqual([17, true]);
  });

  test('lets waiting senders go and forgets its timers when the socket is closed', async () => {
    const { socket, clock, outgoing } = make();
    const waiting = outgoing.send(kilobytes(65));
    outgoing.close(4_400, 'Invalid message received');
    socket.readyState = 3;
    outgoing.dispose();
    expect(await isDone(waiting)).toBe(true);
    expect(clock.pendingDelaysMs()).toEqual([]);
    expect(await isDone(outgoing.send('too late'))).toBe(true);
    expect(socket.sent).toHaveLength(1);
  });
});

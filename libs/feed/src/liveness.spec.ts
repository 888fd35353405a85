import { describe, expect, test } from '@jest/globals';
import { FakeClock } from './fake-clock.js';
import { Liveness } from './liveness.js';

/** Counts the heartbeats of a connection on which a frame comes every second for this long. */
function heartbeatsOfABusyMinute(evenWhenBusy: boolean): number {
  const clock = new FakeClock();
  let probes = 0;
  const liveness = new Liveness({
    clock,
    heartbeat: { idleMs: 20_000, answerWithinMs: 10_000, evenWhenBusy },
    controlStaleMs: 60_000,
    probe: (sent) => {
      probes += 1;
      sent();
    },
    onStale: () => undefined,
    onFresh: () => undefined,
    onSilent: () => undefined,
    onDead: () => undefined,
  });
  liveness.open();
  for (let second = 0; second < 65; second += 1) {
    clock.advance(1_000);
    liveness.frameArrived();
  }
  liveness.stop();
  return probes;
}

describe('heartbeats', () => {
  test('are not sent while the venue says enough by itself', () => {
    expect(heartbeatsOfABusyMinute(false)).toBe(0);
  });

  test('go out at their interval all the same where the venue cuts clients that do not ping', () => {
    expect(heartbeatsOfABusyMinute(true)).toBe(3);
  });
});

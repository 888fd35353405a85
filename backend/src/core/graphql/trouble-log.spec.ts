import { describe, expect, jest, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { TroubleLog } from './trouble-log.js';

function make() {
  const clock = new FakeClock();
  const log = { warn: jest.fn(), error: jest.fn() };
  let references = 0;
  return { clock, log, trouble: new TroubleLog(log, clock, () => `ref-${++references}`) };
}
const broken = () => new RangeError('out of stack');

describe('TroubleLog', () => {
  test('tells of what sockets cannot handle once a minute with the repeats, apart from operations', () => {
    const { clock, log, trouble } = make();
    for (let n = 0; n < 1_000; n += 1) trouble.report('socket', broken());
    trouble.report('unexpected', broken());
    expect(log.error.mock.calls.map(([fields, message]) => [message, fields])).toEqual([
      [
        'a message of a socket could not be handled',
        { err: expect.any(RangeError) as unknown, reference: 'ref-1', repeats: 0 },
      ],
      [
        'an operation failed unexpectedly',
        { err: expect.any(RangeError) as unknown, reference: 'ref-2', repeats: 0 },
      ],
    ]);
    clock.advance(60_000);
    trouble.report('socket', broken());
    expect(log.error.mock.calls.at(-1)?.[0]).toMatchObject({ reference: 'ref-1', repeats: 999 });
    expect(log.warn).not.toHaveBeenCalled();
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFrames } from './frame-reader-for-tests.js';
import { frameBytes, writeFrameHeader } from './text-frame.js';

/** A frame as it is made: header, then the payload where the header says that it begins. */
function frameOf(payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(frameBytes(payload.length));
  frame.set(payload, writeFrameHeader(frame, 0, payload.length));
  return frame;
}

describe('writeFrameHeader', () => {
  test('makes frames that are read back as they were, one after the other', () => {
    const payload = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 70_000 }));
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 5 }), (payloads) => {
        const frames = readFrames(Buffer.concat(payloads.map(frameOf)));
        expect(frames.map(({ opcode }) => opcode)).toEqual(payloads.map(() => 1));
        expect(Buffer.concat(frames.map((frame) => frame.payload))).toEqual(Buffer.concat(payloads));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [0, '8100'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
    [2 ** 33 + 5, '817f0000000200000005'],
  ])('says %i bytes in as few as RFC 6455 allows', (bytes, header) => {
    const target = Buffer.alloc(10);
    const end = writeFrameHeader(target, 0, bytes);
    expect(target.subarray(0, end).toString('hex')).toBe(header);
    expect(frameBytes(bytes)).toBe(end + bytes);
  });
});

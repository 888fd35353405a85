import { describe, expect, test } from '@jest/globals';
import { FakeClock } from './fake-clock.js';
import { FrameQuality } from './frame-quality.js';

describe('FrameQuality', () => {
  const count = (quality: FrameQuality, good: number, bad: number): boolean => {
    for (let frame = 0; frame < good + bad; frame += 1) quality.add();
    let tooMany = false;
    for (let frame = 0; frame < bad; frame += 1) tooMany = quality.addBad();
    return tooMany;
  };

  test('nineteen bad frames are few, even when there was no good one', () => {
    const quality = new FrameQuality(new FakeClock());
    expect(count(quality, 0, 19)).toBe(false);
    expect(count(quality, 0, 1)).toBe(true);
  });

  test('1 % is few, more than 1 % is too many', () => {
    expect(count(new FrameQuality(new FakeClock()), 1_980, 20)).toBe(false);
    expect(count(new FrameQuality(new FakeClock()), 1_979, 20)).toBe(true);
  });

  test('the minute slides: good and bad frames of earlier count until they are a minute old', () => {
    const clock = new FakeClock();
    const quality = new FrameQuality(clock);
    count(quality, 5_000, 0);
    clock.advance(55_000);
    expect(count(quality, 0, 20)).toBe(false);
    clock.advance(5_000);
    expect(count(quality, 0, 1)).toBe(true);
    clock.advance(60_000);
    expect(count(quality, 0, 19)).toBe(false);
    clock.advance(600_000);
    expect(count(quality, 0, 19)).toBe(false);
  });
});

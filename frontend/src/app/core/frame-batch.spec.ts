import { describe, expect, test } from 'vitest';
import { ManualClock } from '../testing/manual-clock.js';
import { FrameBatch } from './frame-batch.js';

describe('FrameBatch', () => {
  test('hands everything that came between two frames over at once', () => {
    const clock = new ManualClock();
    const frames: (readonly number[])[] = [];
    const batch = new FrameBatch<number>(clock, 50, (items) => frames.push(items));
    for (let item = 0; item < 30; item++) batch.add(item);
    expect(frames).toEqual([]);
    clock.paint();
    batch.add(30);
    clock.paint();
    clock.paint();
    expect(frames.map((frame) => frame.length)).toEqual([30, 1]);
  });

  test('keeps the newest while nothing is painted, and counts the rest', () => {
    const clock = new ManualClock();
    const frames: unknown[] = [];
    const batch = new FrameBatch<number>(clock, 3, (items, total) => frames.push([items, total]));
    for (let item = 1; item <= 100_000; item++) batch.add(item);
    clock.paint();
    expect(frames).toEqual([[[99_998, 99_999, 100_000], 100_000]]);
  });

  test('hands nothing over after it was cleared', () => {
    const clock = new ManualClock();
    const frames: unknown[] = [];
    const batch = new FrameBatch<number>(clock, 3, (items) => frames.push(items));
    batch.add(1);
    batch.clear();
    clock.paint();
    expect(frames).toEqual([]);
  });
});

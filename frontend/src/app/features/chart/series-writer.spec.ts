import { describe, expect, test } from 'vitest';
import { SeriesWriter } from './series-writer.js';

interface Bar {
  readonly time: number;
  readonly value?: number;
}

function writer() {
  const calls: string[] = [];
  const sink = {
    setData: (points: Bar[]) => void calls.push(`set ${points.map(({ time }) => time).join(' ')}`),
    update: ({ time }: Bar, isHistorical?: boolean) =>
      void calls.push(`update ${time}${isHistorical === true ? ' in place' : ''}`),
  };
  return { calls, writer: new SeriesWriter<Bar>(sink, (bar) => bar.value !== undefined) };
}

describe('SeriesWriter', () => {
  test('appends, and changes the newest and older points in place (S100)', () => {
    const { calls, writer: series } = writer();
    series.set([{ time: 1, value: 1 }, { time: 2 }, { time: 3, value: 1 }]);
    for (const time of [3, 4, 1]) {
      expect(series.canUpdate(time)).toBe(true);
      series.update({ time, value: 2 });
    }
    expect(calls).toEqual(['set 1 2 3', 'update 3', 'update 4', 'update 1 in place']);
  });

  test('knows that an older place without a point cannot be filled', () => {
    const { writer: series } = writer();
    series.set([{ time: 1, value: 1 }, { time: 2 }, { time: 4, value: 1 }]);
    expect([2, 3].some((time) => series.canUpdate(time))).toBe(false);
  });

  test('forgets the series before when it is given another', () => {
    const { writer: series } = writer();
    series.set([{ time: 9, value: 1 }]);
    series.set([{ time: 1, value: 1 }]);
    expect(series.canUpdate(2)).toBe(true);
  });
});

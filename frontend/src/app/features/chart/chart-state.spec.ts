import { describe, expect, test } from 'vitest';
import { chartState, type ChartFacts } from './chart-state.js';
import { type ChartPart, type ChartTrouble } from './chart-troubles.js';

const facts: ChartFacts = {
  isLoading: false,
  hasPoints: true,
  wasShown: true,
  troubles: [],
  undrawnSinceMs: undefined,
  lostSinceMs: undefined,
  quietSinceMs: undefined,
};
const trouble = (what: ChartPart): ChartTrouble => ({
  what,
  text: `${what} away`,
  sinceMs: 7,
  isFinal: false,
});

describe('the state of the chart', () => {
  test('stays ready whatever fails, as long as there is something to see and it is new', () => {
    const parts: ChartPart[] = ['prices', 'older-prices', 'live-prices', 'liquidations', 'gaps'];
    expect(parts.map((part) => chartState({ ...facts, troubles: [trouble(part)] }).kind)).toEqual(
      parts.map(() => 'ready'),
    );
  });

  test('is stale when prices have not come in for long, with their age', () => {
    expect(chartState({ ...facts, quietSinceMs: 7 })).toMatchObject({ kind: 'stale', sinceMs: 7 });
    expect(chartState({ ...facts, quietSinceMs: 7, lostSinceMs: 3 })).toMatchObject({
      kind: 'stale',
      sinceMs: 3,
    });
    expect(chartState({ ...facts, quietSinceMs: 7, hasPoints: false }).kind).toBe('empty');
  });

  test('is an error when nothing can be read and nothing is there, also for another market', () => {
    const empty = { ...facts, hasPoints: false, isLoading: true };
    expect(chartState({ ...empty, troubles: [trouble('gaps'), trouble('prices')] })).toEqual({
      kind: 'error',
      what: 'prices away',
      sinceMs: 7,
    });
    expect(chartState({ ...empty, troubles: [trouble('live-liquidations')] }).kind).toBe('ready');
    expect(chartState({ ...empty, wasShown: false }).kind).toBe('loading');
    expect(chartState({ ...empty, isLoading: false }).kind).toBe('empty');
  });
});

import { describe, expect, test } from 'vitest';
import { type FlowPoint, isNewerFlow } from './chart-points.js';
import { cvdBar, buysBar, isDaily, sellsBar } from './flow-series.js';

const DAY = Date.UTC(2026, 0, 27);
const colours = { whole: 'blue', partial: 'grey' };
const flow = (startMs: number, change: Partial<FlowPoint> = {}): FlowPoint => ({
  venue: 'binance',
  startMs,
  buysUsd: '3000.5',
  sellsUsd: '1000',
  deltaUsd: '2000.5',
  cvdUsd: '-12649.5',
  isCvdPartial: false,
  count: 7,
  quality: 'EXACT',
  isClosed: true,
  ...change,
});
const at = (minute: number) => DAY + minute * 60_000;
const context = { timeframe: '1m', hatched: [], colours };
const unseen = 'rgba(0, 0, 0, 0)';

describe('the bars of takers', () => {
  test('buys go up and sells down', () => {
    expect([buysBar(flow(DAY)).value, sellsBar(flow(DAY)).value]).toEqual([3000.5, -1000]);
  });
});

describe('the line of the CVD', () => {
  test('goes on to the next bar of the same day, also over minutes without a trade', () => {
    expect(cvdBar(flow(at(1)), flow(at(2)), context)).toMatchObject({ value: -12649.5, color: 'blue' });
    expect(cvdBar(flow(at(1)), flow(at(9)), context).color).toBe('blue');
  });

  test('ends with the day: the next begins at zero', () => {
    expect(cvdBar(flow(at(-1)), flow(at(0)), context).color).toBe(unseen);
  });

  test('does not go on over what is not known', () => {
    const hatched = [{ firstMs: at(3), lastMs: at(4) }];
    expect(cvdBar(flow(at(1)), flow(at(6)), { ...context, hatched }).color).toBe(unseen);
    expect(cvdBar(flow(at(5)), flow(at(6)), { ...context, hatched }).color).toBe('blue');
  });

  test('is grey where something of the day is missing', () => {
    expect(cvdBar(flow(at(1), { isCvdPartial: true }), undefined, context).color).toBe('grey');
  });

  test.each([
    ['1m', false],
    ['4h', false],
    ['1d', true],
    ['1w', true],
    ['1M', true],
  ])('of %s: one point a bar is %s', (timeframe, daily) => {
    expect(isDaily(timeframe)).toBe(daily);
  });
});

describe('isNewerFlow', () => {
  test('trades are added and never taken away, and a bar that is over stays over', () => {
    const open = flow(DAY, { isClosed: false, count: 8 });
    expect(isNewerFlow(flow(DAY), open)).toBe(true);
    expect(isNewerFlow(open, flow(DAY))).toBe(false);
    expect(isNewerFlow(flow(DAY, { count: 6 }), flow(DAY))).toBe(false);
    expect(isNewerFlow(flow(DAY), flow(DAY))).toBe(true);
    expect(isNewerFlow(flow(DAY, { venue: 'okx', count: 1 }), open)).toBe(true);
  });
});

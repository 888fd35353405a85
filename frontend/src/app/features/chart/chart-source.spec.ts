import { ApiError, type ChartGapsQuery } from '@orderfox/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { everyMinute } from '../../testing/chart-script.js';
import { minutes } from '../../testing/chart-test.js';
import { preparePage, type PageTest } from '../../testing/page-test.js';
import { aCandle } from '../../testing/samples.js';
import { ChartSource } from './chart-source.js';

let page: PageTest;
beforeEach(() => (page = preparePage()));

const source = (venues: readonly string[] = []) =>
  new ChartSource(page.server.client, { symbol: 'BTCUSDT', timeframe: '1m', venues });
const at = (minute: number) => aCandle(minute).timestamp;
const limits = () => page.server.chart.questions('Candles').map(({ limit }) => limit);

describe('candles', () => {
  /** A server that gives fewer at once than the API allows. */
  function atMost(most: number, maxLimit?: number): void {
    const answer = everyMinute(() => 0);
    page.server.chart.candles = (question) => {
      if ((question.limit ?? 0) <= most) return answer(question);
      const details = { argument: 'limit', ...(maxLimit !== undefined && { maxLimit }) };
      throw new ApiError('RANGE_TOO_WIDE', 'So many cannot be joined at once', details);
    };
  }

  test('are asked for by halves until the server gives them, and then by as many at once', async () => {
    atMost(454);
    const server = source();
    expect(await server.candles({ fromMs: undefined, toMs: undefined }, 720)).toHaveLength(360);
    expect(await server.candles({ fromMs: undefined, toMs: at(-360) }, 500)).toHaveLength(360);
    expect(limits()).toEqual([720, 360, 360]);
  });

  test('are asked for by as many as the server says', async () => {
    atMost(13, 13);
    expect(await source().candles({ fromMs: undefined, toMs: undefined }, 720)).toHaveLength(13);
    expect(limits()).toEqual([720, 13]);
  });

  test('of a span are all there, in however many answers', async () => {
    atMost(100);
    const found = await source().candles({ fromMs: at(-449), toMs: at(1) }, 450);
    expect(minutes(found)).toEqual(Array.from({ length: 450 }, (_, index) => index - 449));
  });

  test('that are refused for another reason are refused', async () => {
    page.server.chart.candles = () => {
      throw new ApiError('RANGE_TOO_WIDE', 'No', { argument: 'timeframe' });
    };
    await expect(source().candles({ fromMs: undefined, toMs: undefined }, 720)).rejects.toThrow('No');
    expect(limits()).toEqual([720]);
  });
});

describe('holes', () => {
  const gap = (minute: number, change: Partial<ChartGapsQuery['feedGaps'][number]> = {}) => ({
    venue: 'okx',
    stream: 'liquidations',
    from: at(minute),
    to: at(minute) + 30_000,
    cause: 'DISCONNECTED' as const,
    detail: '',
    ...change,
  });

  test('are all found, however many there are', async () => {
    const all = Array.from({ length: 1_234 }, (_, index) => gap(-index));
    page.server.chart.gaps = ({ to = Infinity, first = 0 }) =>
      all.filter(({ from }) => from <= to).slice(0, first);
    const found = await source().holes({ fromMs: at(-2_000), toMs: undefined });
    expect(found).toHaveLength(1_234);
    expect(page.server.chart.questions('ChartGaps').length).toBeLessThan(5);
  });

  test('are those of liquidations and of the venues that are shown, and no moments', async () => {
    page.server.chart.gaps = [
      gap(-1),
      gap(-2, { venue: 'bybit' }),
      gap(-4, { to: at(-4) }),
      gap(-5, { to: null }),
    ];
    expect(
      minutes(
        (await source(['okx']).holes({ fromMs: at(-9), toMs: at(0) })).map(({ fromMs: startMs }) => ({
          startMs,
        })),
      ),
    ).toEqual([-1, -5]);
    expect(page.server.chart.questions('ChartGaps')).toEqual([
      { first: 500, stream: 'liquidations', from: at(-9), to: at(0), venue: 'okx' },
    ]);
    expect(await source().holes({ fromMs: at(-9), toMs: undefined })).toHaveLength(3);
    expect(page.server.chart.questions('ChartGaps').at(-1)).not.toHaveProperty('venue');
  });
});

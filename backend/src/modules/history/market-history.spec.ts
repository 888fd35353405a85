import { describe, expect, test } from '@jest/globals';
import { GAP_UNASKED_MS, MarketHistory } from './market-history.js';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;

function loaded(): MarketHistory {
  const market = new MarketHistory('BTCUSDT', NOW);
  market.answered({ kind: 'LATEST' }, 50);
  return market;
}

/** Answers everything as a service with these rows does; gives the stretches that were asked for. */
function serve(market: MarketHistory, times: readonly number[], most = 200) {
  const asked: { readonly fromMs: number; readonly toMs: number }[] = [];
  for (let request = market.next(); request !== undefined && asked.length < most; request = market.next()) {
    if (request.kind === 'LATEST') throw new Error('the newest rows are there');
    const { fromMs, toMs } = request.range;
    asked.push(request.range);
    market.answered(request, Math.min(1_000, times.filter((ms) => ms >= fromMs && ms <= toMs).length));
  }
  return asked;
}

describe('MarketHistory', () => {
  test('asks for the newest rows first and only once', () => {
    const market = new MarketHistory('BTCUSDT', NOW);
    market.want({ fromMs: NOW - HOUR, toMs: NOW });
    expect(market.next()).toEqual({ kind: 'LATEST' });
    market.answered({ kind: 'LATEST' }, 50);
    expect(market.next()?.kind).toBe('RANGE');
  });

  test('asks for no stretch twice, and for nothing that comes live', () => {
    const market = loaded();
    market.want({ fromMs: NOW - 2 * HOUR, toMs: NOW + HOUR });
    expect(serve(market, [])).toEqual([{ fromMs: NOW - 2 * HOUR, toMs: NOW }]);
    market.want({ fromMs: NOW - 3 * HOUR, toMs: NOW - HOUR });
    expect(serve(market, [])).toEqual([{ fromMs: NOW - 3 * HOUR, toMs: NOW - 2 * HOUR - 1 }]);
    market.want({ fromMs: NOW + 1, toMs: NOW + HOUR });
    expect(market.next()).toBeUndefined();
  });

  test('halves a stretch whose answer is full, and has every row in an answer that is not', () => {
    const times = Array.from({ length: 5_000 }, (_, n) => NOW - n * 700);
    const market = loaded();
    market.want({ fromMs: NOW - HOUR, toMs: NOW });
    const whole = serve(market, times).filter(
      ({ fromMs, toMs }) => times.filter((ms) => ms >= fromMs && ms <= toMs).length < 1_000,
    );
    for (const ms of times) expect(whole.some(({ fromMs, toMs }) => fromMs <= ms && ms <= toMs)).toBe(true);
    expect(market.cuts).toBe(0);
  });

  test('gives up a wish that takes too many requests, counts it, and goes on where it was at the next (I6)', () => {
    const times = Array.from({ length: 200_000 }, (_, n) => NOW - n * 10);
    const market = loaded();
    market.want({ fromMs: NOW - HOUR, toMs: NOW });
    expect(serve(market, times)).toHaveLength(32);
    expect(market.cuts).toBe(1);
    market.want({ fromMs: NOW - HOUR, toMs: NOW });
    const again = serve(market, times);
    expect(again[0]!.toMs).toBeLessThan(NOW - 60_000);
  });

  test('a millisecond with more rows than an answer holds is counted and left behind', () => {
    const market = loaded();
    market.want({ fromMs: NOW - 1, toMs: NOW });
    serve(
      market,
      Array.from({ length: 1_500 }, () => NOW),
    );
    expect(market.next()).toBeUndefined();
    expect(market.cuts).toBe(1);
  });

  test('asks nothing while it is abandoned, and then for all that was wanted before and meanwhile', () => {
    const market = new MarketHistory('BTCUSDT', NOW);
    market.want({ fromMs: NOW - HOUR, toMs: NOW });
    market.abandon(60_000);
    market.want({ fromMs: NOW - 2 * HOUR, toMs: NOW - HOUR });
    expect(market.next()).toBeUndefined();
    expect(market).toMatchObject({ isLoaded: false, abandonedUntilMs: 60_000, refusals: 1 });
    market.revive();
    expect(market.next()).toEqual({ kind: 'LATEST' });
    market.answered({ kind: 'LATEST' }, 50);
    expect(market.refusals).toBe(0);
    expect(serve(market, [])).toEqual([{ fromMs: NOW - 2 * HOUR, toMs: NOW }]);
  });

  test('asks for what a gap has left out after the market was first asked for, once', () => {
    const market = loaded();
    market.missed({ fromMs: NOW + HOUR, toMs: NOW + 2 * HOUR });
    expect(serve(market, [])).toEqual([{ fromMs: NOW + HOUR, toMs: NOW + 2 * HOUR }]);
    market.want({ fromMs: NOW, toMs: NOW + 3 * HOUR });
    expect(serve(market, [])).toEqual([{ fromMs: NOW, toMs: NOW }]);
  });

  test('of a gap without end in the past only the newest day is fetched unasked, the rest when it is asked for', () => {
    const market = loaded();
    const endMs = NOW + 30 * 24 * HOUR;
    market.missed({ fromMs: 0, toMs: endMs });
    expect(serve(market, [])).toEqual([{ fromMs: endMs - GAP_UNASKED_MS + 1, toMs: endMs }]);
    market.want({ fromMs: NOW + HOUR, toMs: NOW + 2 * HOUR });
    expect(serve(market, [])).toEqual([{ fromMs: NOW + HOUR, toMs: NOW + 2 * HOUR }]);
  });
});

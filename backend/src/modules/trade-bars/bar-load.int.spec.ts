import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Trade } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { endOfTurn } from '../../core/turns.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { BarRecorder } from './bar-recorder.js';
import { barTrade, forgetBars } from './bars-for-tests.js';
import { TradeBarRepository, type BarWrite } from './trade-bar.repository.js';

const START_MS = Date.parse('2026-11-21T12:00:00Z');
const MARKETS = 100;
const PER_SECOND = 5_000;
const SECONDS = 70;

let postgres: PostgresForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  await forgetBars(postgres.database.writer);
}, 60_000);
afterAll(() => postgres.dispose());

test('5,000 trades a second of 100 markets cost a small part of a core, no long turn, and one statement a minute', async () => {
  const clock = new FakeClock(START_MS);
  const pool = postgres.database.writer;
  const repository = new TradeBarRepository({ writer: pool, reader: pool });
  const bars: number[] = [];
  const underWay = new Set<Promise<unknown>>();
  const record = (writes: readonly BarWrite[]) => {
    bars.push(writes.reduce((sum, { pieces }) => sum + pieces.length, 0));
    const written = repository.record(writes);
    underWay.add(written);
    return written.finally(() => underWay.delete(written));
  };
  const quiet = () => undefined;
  const recorder = new BarRecorder({
    repository: {
      record,
      progress: (series) => repository.progress(series),
      fillable: (series, sinceMs) => repository.fillable(series, sinceMs),
    },
    clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    writer: 'one',
  });
  const hearers = Array.from({ length: MARKETS }, (_, index) =>
    recorder.hear({
      market: tradeMarket(undefined, `COIN${index}USDT`),
      provenMs: () => clock.nowMs(),
      past: () => Promise.resolve([]),
    }),
  );
  while (recorder.counts().markets > 0 && !hearers.every((_, index) => isReady(recorder, index)))
    await endOfTurn();
  const longest = { tellMs: 0, lookMs: 0 };
  let spentMs = 0;
  let id = 0;
  for (let second = 0; second < SECONDS; second += 1) {
    const trades = Array.from({ length: PER_SECOND }, (_, index): readonly [number, Trade] => {
      const market = index % MARKETS;
      if (market === 0) id += 1;
      const timeMs = clock.nowMs() + Math.floor((index * 1_000) / PER_SECOND);
      const quantity = `0.${(index % 900) + 100}`;
      return [
        market,
        barTrade(timeMs, { id, price: `65${100 + (index % 800)}.5`, quantity, isSell: index % 3 === 0 }),
      ];
    });
    const beganMs = performance.now();
    for (const [market, trade] of trades) hearers[market]?.onTrade(trade, undefined);
    const toldMs = performance.now();
    clock.advance(1_000);
    const lookedMs = performance.now();
    longest.tellMs = Math.max(longest.tellMs, toldMs - beganMs);
    longest.lookMs = Math.max(longest.lookMs, lookedMs - toldMs);
    spentMs += lookedMs - beganMs;
    for (let turn = 0; turn < 4; turn += 1) await endOfTurn();
    while (underWay.size > 0) await endOfTurn();
  }
  const { trades, failed, gaps } = recorder.counts();
  expect({ trades, failed, gaps }).toEqual({ trades: PER_SECOND * SECONDS, failed: 0, gaps: MARKETS });
  // The first says since when somebody listens, with what had come by then, and the second that the minute before is over.
  expect(bars).toEqual([MARKETS, 0, MARKETS]);
  // Several times what it takes on a slow machine that does much else beside.
  expect(spentMs / (SECONDS * 1_000)).toBeLessThan(0.1);
  expect(longest.lookMs).toBeLessThan(100);
  await recorder.stop();
}, 60_000);

function isReady(recorder: BarRecorder, index: number): boolean {
  return recorder.marketOf({ venue: 'double', venueSymbol: `COIN${index}USDT` })?.isReady === true;
}

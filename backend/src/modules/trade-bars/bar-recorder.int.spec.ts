import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseTimeframe, type Trade } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { asReckoned, barTrade, forgetBars, reckonedBars, RecorderForTests } from './bars-for-tests.js';
import { barRange } from './bar-range.js';
import { type ShownBar } from './bar-series.js';

/** 24 minutes to midnight. */
const START_MS = Date.parse('2026-11-21T23:36:00Z');
const MINUTE_MS = 60_000;

let postgres: PostgresForTests;
let clock: FakeClock;
let lives: number;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  await forgetBars(postgres.database.writer);
  [clock, lives] = [new FakeClock(START_MS), 0];
});

function life(isNumbered = true): RecorderForTests {
  lives += 1;
  return new RecorderForTests(postgres.database.writer, clock, { isNumbered, writer: `process ${lives}` });
}

/** Trades number `from` to `to`, one every ten seconds from the start on. */
function trades(from: number, to: number): readonly Trade[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const id = from + index;
    return barTrade(START_MS + id * 10_000, {
      id,
      price: `${65_000 + (id % 7)}.${id % 10}`,
      quantity: `0.00${(id % 9) + 1}`,
      isSell: id % 3 === 0,
    });
  });
}

/** Tells trades at their time, with all that the recorder does meanwhile. */
async function tell(made: RecorderForTests, some: readonly Trade[]): Promise<void> {
  for (const trade of some) {
    const waitMs = trade.venueTimeMs - clock.nowMs();
    if (waitMs > 0) await made.pass(waitMs);
    made.hearer.onTrade(trade, undefined);
    made.provenMs = clock.nowMs();
  }
  await made.idle();
}

/** What comes before it has come: the minute is over, and written. */
async function close(made: RecorderForTests): Promise<void> {
  await made.pass(MINUTE_MS);
  made.provenMs = clock.nowMs();
  await made.pass(2_000);
}

async function barsOf(made: RecorderForTests, timeframe = '1m'): Promise<readonly ShownBar[]> {
  const range = barRange(parseTimeframe(timeframe), { from: START_MS - 86_400_000 / 2 }, clock.nowMs());
  return made.reader.bars(made.market, range);
}

const rowsOf = async (table: string) =>
  (await postgres.database.writer.query<Record<string, unknown>>(`SELECT * FROM ${table}`)).rows;

describe('recorded bars', () => {
  test('are those of a reckoning one by one, by minute, hour and day, over midnight and to the last digit (S136, S137)', async () => {
    const made = life();
    made.follow();
    const all = trades(1, 250);
    await tell(made, all);
    await close(made);
    for (const timeframe of ['1m', '5m', '7m', '1h', '4h', '1d', '1w', '1M']) {
      const bars = await barsOf(made, timeframe);
      const expected = reckonedBars(all, parseTimeframe(timeframe));
      expect(bars.map(asReckoned)).toEqual(expected);
    }
    const minutes = await barsOf(made);
    expect(minutes.map(({ quality }) => quality)).toEqual([
      'PARTIAL',
      ...minutes.slice(1).map(() => 'EXACT'),
    ]);
    expect(minutes.every(({ isClosed }) => isClosed)).toBe(true);
    // Only the first day begins before anybody listened.
    expect(minutes.map(({ isCvdPartial }) => isCvdPartial)).toEqual(
      minutes.map(({ startMs }) => startMs < Date.parse('2026-11-22T00:00:00Z')),
    );
    expect(await rowsOf('trade_bar_1h')).toHaveLength(1);
  });

  test('cost one statement a minute', async () => {
    const made = life();
    made.follow();
    await tell(made, trades(1, 60));
    await close(made);
    expect(made.statements).toBeLessThanOrEqual(13);
    expect((await rowsOf('trade_bar_1m')).length).toBeGreaterThanOrEqual(10);
  });

  test('a minute that is open is shown and not stored', async () => {
    const made = life();
    made.follow();
    await tell(made, trades(1, 14));
    const bars = await barsOf(made);
    expect(bars.map(({ count, isClosed }) => [count, isClosed])).toEqual([
      [5, true],
      [6, true],
      [3, false],
    ]);
    expect(await rowsOf('trade_bar_1m')).toHaveLength(2);
  });

  test('after a restart in the middle of a minute the missing trades are asked for, and nothing is missing or twice', async () => {
    const first = life();
    first.follow();
    await tell(first, trades(1, 40));
    first.kill();
    const second = life();
    second.past = trades(1, 200);
    second.follow();
    await tell(second, trades(90, 100));
    await second.pass(30_000);
    await close(second);
    const bars = await barsOf(second);
    expect(bars.map(asReckoned)).toEqual(reckonedBars(trades(1, 100), parseTimeframe('1m')));
    expect(bars.filter(({ quality }) => quality === 'PARTIAL')).toHaveLength(1);
    expect(await rowsOf('trade_gap')).toHaveLength(1);
    expect(second.recorder.counts()).toMatchObject({ fillable: 0 });
  });

  test('a trade that comes after one of the next minute is not forgotten when the process dies between the two writes', async () => {
    const first = life();
    first.past = [];
    first.follow();
    const at = (id: number, afterMs: number) =>
      barTrade(START_MS + afterMs, { id, price: `${id}`, quantity: '1', isSell: false });
    const all = [
      at(1, 1_000),
      at(2, 61_000),
      at(3, 119_900),
      at(4, 120_100),
      at(5, 119_950),
      at(6, 185_000),
      at(7, 190_000),
    ];
    await tell(first, all.slice(0, 5));
    first.provenMs = START_MS + 125_000;
    await first.pass(6_000);
    expect((await rowsOf('trade_progress')).map(({ last_key: key }) => key)).toEqual(['5']);
    first.kill();
    const second = life();
    second.follow();
    await tell(second, all.slice(5));
    await close(second);
    const bars = await barsOf(second);
    expect(bars.map(asReckoned)).toEqual(reckonedBars(all, parseTimeframe('1m')));
    expect(bars.map(({ quality }) => quality)).toEqual(['PARTIAL', 'EXACT', 'EXACT', 'EXACT']);
  });

  test('what the venue has no more stays a gap, and marks the minutes that it touches', async () => {
    const first = life();
    first.follow();
    await tell(first, trades(1, 40));
    first.kill();
    const second = life();
    second.past = trades(71, 200);
    second.follow();
    await tell(second, trades(90, 110));
    await second.pass(30_000);
    await close(second);
    const gaps = await second.reader.gaps(second.market, {
      timeframe: parseTimeframe('1m'),
      fromMs: START_MS,
      toMs: clock.nowMs(),
    });
    expect(gaps.slice(1)).toMatchObject([{ reason: 'the venue has them no more' }]);
    const bars = await barsOf(second);
    const expected = reckonedBars(trades(1, 110), parseTimeframe('1m'));
    for (const bar of bars.filter(({ quality }) => quality === 'EXACT')) {
      const reckoned = expected.find(({ startMs }) => startMs === bar.startMs);
      expect({ ...asReckoned(bar), cvd: undefined }).toEqual({ ...reckoned, cvd: undefined });
    }
    const first40 = bars.filter(({ startMs }) => startMs < START_MS + 6 * MINUTE_MS);
    expect(first40.map(({ quality }) => quality)).toEqual([
      'PARTIAL',
      'EXACT',
      'EXACT',
      'EXACT',
      'EXACT',
      'EXACT',
    ]);
  });

  test('where the venue does not number its trades, a restart is a gap from the last that is stored to the next', async () => {
    const first = life(false);
    first.follow();
    const nameless = (from: number, to: number) =>
      trades(from, to).map((trade): Trade => ({ ...trade, aggregateId: undefined }));
    await tell(first, nameless(1, 40));
    await first.recorder.stop();
    const second = life(false);
    second.follow();
    await tell(second, nameless(60, 80));
    await close(second);
    const bars = await barsOf(second);
    expect(bars.map(({ startMs, quality }) => [(startMs - START_MS) / MINUTE_MS, quality])).toEqual([
      [0, 'PARTIAL'],
      [1, 'FLOOR'],
      [2, 'FLOOR'],
      [3, 'FLOOR'],
      [4, 'FLOOR'],
      [5, 'FLOOR'],
      [6, 'PARTIAL'],
      [10, 'PARTIAL'],
      [11, 'FLOOR'],
      [12, 'FLOOR'],
      [13, 'FLOOR'],
    ]);
    // What was heard before the end is kept.
    expect(bars.map(({ count }) => count).reduce((a, b) => a + b)).toBe(61);
  });

  test.each(['AWAY', 'UNHEARD'] as const)(
    'a write that fails is made once, whatever became of it: %s',
    async (trouble) => {
      const made = life();
      made.follow();
      await tell(made, trades(1, 20));
      made.trouble = trouble;
      await tell(made, trades(21, 40));
      await close(made);
      expect(made.recorder.counts()).toMatchObject({ failed: 1, waiting: 0 });
      expect((await barsOf(made)).map(asReckoned)).toEqual(reckonedBars(trades(1, 40), parseTimeframe('1m')));
    },
  );

  test('of two processes at one store only one writes, and the other goes on when that is gone', async () => {
    const [first, second] = [life(), life()];
    second.past = trades(1, 400);
    first.past = second.past;
    first.follow();
    second.follow();
    for (const trade of trades(1, 60)) {
      await tell(first, [trade]);
      await tell(second, [trade]);
    }
    const standing = [first, second].filter(({ recorder }) => recorder.counts().standingBy === 1);
    expect(standing).toHaveLength(1);
    const [idle] = standing;
    const busy = idle === first ? second : first;
    busy.kill();
    await tell(idle!, trades(61, 130));
    await idle!.pass(30_000);
    await close(idle!);
    expect((await barsOf(idle!)).map(asReckoned)).toEqual(reckonedBars(trades(1, 130), parseTimeframe('1m')));
  });

  test('where more gaps lie than are read, what follows the last of them is not called whole', async () => {
    const made = life();
    made.follow();
    await tell(made, trades(1, 60));
    await close(made);
    await postgres.database.writer.query(
      `INSERT INTO trade_gap (venue, venue_symbol, symbol, number, from_time, to_time, reason, noted_at)
       SELECT 'double', 'BTCUSDT', 'BTCUSDT', 1000 + n, $1, $1, 'many', now() FROM generate_series(1, 10000) AS n`,
      [new Date(START_MS + 90_000)],
    );
    const bars = await barsOf(made);
    expect(bars.map(({ quality }) => quality)).toEqual(bars.map(() => 'PARTIAL'));
  });
});

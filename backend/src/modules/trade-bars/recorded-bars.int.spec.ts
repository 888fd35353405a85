import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseTimeframe, type Trade } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { recordedDataFolder, recordedDataNote, unzipRecordedLines } from '@orderfox/testing';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { instrument } from '../symbols/symbols-for-tests.js';
import { asReckoned, forgetBars, reckonedBars, RecorderForTests } from './bars-for-tests.js';

const whenRecorded = recordedDataFolder === undefined ? describe.skip : describe;

let postgres: PostgresForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(() => forgetBars(postgres.database.writer));

interface Recorded {
  readonly trade: Trade;
  /** The flag as the venue sent it: the buyer was the maker. */
  readonly isBuyerMaker: boolean;
}

/** Large trades of BTCUSDT of eleven days, read as the product reads them; numbered anew where small ones were left out. */
function recordedTrades(symbol: string): readonly Recorded[] {
  const binance = VENUE_ADAPTERS.find(({ id }) => id === 'binance');
  const market = instrument({ venue: 'binance', venueSymbol: symbol, baseAsset: symbol.replace('USDT', '') });
  const rows = unzipRecordedLines('binance/aggtrades/large-2025-01-26_02-06.csv.gz')
    .map((line) => line.split(', '))
    .filter(([, name]) => name === symbol);
  return rows.flatMap(([E, s, , p, q, T, m], index) => {
    const isBuyerMaker = m === 'True';
    const data = { e: 'aggTrade', E: Number(E), s, a: index + 1, p, q, T: Number(T), m: isBuyerMaker };
    const frame = { stream: `${symbol.toLowerCase()}@aggTrade`, data };
    const read = binance?.trades?.normalise(frame, () => market, Number(E)).trades ?? [];
    return read.map(({ trade }) => ({ trade, isBuyerMaker }));
  });
}

whenRecorded(`bars of recorded trades${recordedDataNote}`, () => {
  test.each(['BTCUSDT', 'ETHUSDT', 'SOLUSDT'])(
    'of %s in the store are those of a reckoning one by one, to the last digit (S136, S137)',
    async (symbol) => {
      const recorded = recordedTrades(symbol);
      const [first, last] = [recorded[0]?.trade, recorded.at(-1)?.trade];
      if (first === undefined || last === undefined) throw new Error('nothing was recorded');
      const clock = new FakeClock(first.venueTimeMs);
      const made = new RecorderForTests(postgres.database.writer, clock, {
        isNumbered: true,
        writer: 'one',
      });
      made.follow();
      await made.idle();
      for (const [index, { trade }] of recorded.entries()) {
        clock.advance(Math.max(0, trade.venueTimeMs - clock.nowMs()));
        made.hearer.onTrade(trade, undefined);
        made.provenMs = clock.nowMs();
        if (index % 50 === 0) await made.pass(1_000);
      }
      made.provenMs = clock.nowMs() + 120_000;
      await made.pass(3_000);
      await made.pass(3_000);
      expect(made.recorder.counts()).toMatchObject({ waiting: 0, failed: 0, trades: recorded.length });
      // As if the maker's flag had never been read by anybody else.
      const flagged = recorded.map(({ trade, isBuyerMaker }) => {
        const takerSide = isBuyerMaker ? 'SELL' : 'BUY';
        const { venueTimeMs, price, quantity } = trade;
        return { venueTimeMs, price, quantity, takerSide } as Trade;
      });
      for (const timeframe of ['1m', '1h', '1d'].map(parseTimeframe)) {
        const day = 86_400_000;
        const [fromMs, toMs] = [first.venueTimeMs - day, last.venueTimeMs + day].map(
          (ms) => Math.floor(ms / day) * day,
        ) as [number, number];
        const bars = await made.reader.bars(made.market, { timeframe, fromMs, toMs });
        expect(bars.map(asReckoned)).toEqual(reckonedBars(flagged, timeframe));
        expect(bars.filter(({ quality }) => quality === 'PARTIAL')).toHaveLength(1);
      }
    },
    60_000,
  );
});

import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { BookGrid, OrderBook, parseDecimal, type BookLevel, type Instrument } from '@orderfox/domain';
import {
  BINANCE_BOOK,
  BookKeeper,
  BYBIT_BOOK,
  OKX_BOOK,
  type BookRule,
  type BookUpdate,
  type VenueBooks,
} from '@orderfox/venues';
import { adapterOf, lookupFrom, recordedAnswer } from './recorded-catalogues.js';
import {
  BINANCE_345_S,
  BYBIT_42_S,
  OKX_11_S,
  readRecordedFrames,
  readRecordedText,
  receivedFrames,
  recordedDataFolder,
  recordedDataNote,
  unzipRecordedLines,
} from './recorded-data.js';

function booksOf(venue: string): VenueBooks {
  const { books } = adapterOf(venue);
  if (books === undefined) throw new Error(`${venue} has no books`);
  return books;
}

/** What a book's frames say when they are put together in the plainest way, from their texts alone. */
function plainly(
  frames: readonly { readonly b: WireSide; readonly a: WireSide; readonly isWhole: boolean }[],
) {
  const sides = { b: new Map<number, number>(), a: new Map<number, number>() };
  for (const frame of frames) {
    for (const side of ['b', 'a'] as const) {
      if (frame.isWhole) sides[side].clear();
      for (const [price, size] of frame[side]) {
        if (Number(size) === 0) sides[side].delete(Number(price));
        else sides[side].set(Number(price), Number(size));
      }
    }
  }
  return [[...sides.b].sort(([x], [y]) => y - x), [...sides.a].sort(([x], [y]) => x - y)];
}

type WireSide = readonly (readonly [string, string])[];

function numbers(levels: readonly BookLevel[]): readonly (readonly number[])[] {
  return levels.map(({ price, quantity }) => [Number(price), Number(quantity)]);
}

function keeperOf(rule: BookRule, grid: BookGrid, onWanted: () => void = () => undefined): BookKeeper {
  return new BookKeeper({ book: new OrderBook(grid), rule, nowMs: () => 0, onWanted });
}

const whenRecorded = recordedDataFolder === undefined ? describe.skip : describe;

whenRecorded(`recorded books${recordedDataNote}`, () => {
  describe('of Bybit, 42 s of three contracts', () => {
    const books = booksOf('bybit');
    const connection = books.protocol(adapterOf('bybit').roots);
    const texts = recordedDataFolder === undefined ? [] : receivedFrames(BYBIT_42_S, 'BYBIT.ws.2');
    const catalogue = () =>
      lookupFrom('bybit', recordedAnswer(BYBIT_42_S, 'category=linear&status=Trading&limit=1000'));

    test.each(['BTCUSDT', 'SOLUSDT', 'DOGEUSDT'])(
      '%s is kept without a loss and ends as it was sent',
      async (symbol) => {
        const instrument = (await catalogue()).get(symbol);
        const units = instrument && books.unitsOf(instrument);
        if (instrument === undefined || units === undefined)
          throw new Error(`${symbol} is not in the catalogue`);
        const topic = books.topicOf(instrument);
        let wanted = 0;
        const keeper = keeperOf(BYBIT_BOOK, units.grid, () => (wanted += 1));
        keeper.connected();
        const sent: Parameters<typeof plainly>[0][number][] = [];
        for (const text of texts) {
          const reading = connection.read(text);
          if (reading.kind !== 'data') continue;
          const { updates, problems } = books.normalise(reading.message, (name) => name === topic);
          expect(problems).toEqual([]);
          for (const { update } of updates) keeper.take(update);
          if (updates.length === 0) continue;
          expect(keeper.loss).toBeUndefined();
          const { type, data } = JSON.parse(text) as {
            readonly type: string;
            readonly data: { readonly b: WireSide; readonly a: WireSide };
          };
          sent.push({ ...data, isWhole: type === 'snapshot' });
        }
        expect(sent.length).toBeGreaterThan(370);
        expect(wanted).toBe(1);
        const book = keeper.book!;
        // The venue keeps 200 levels of each side and says so of every one that leaves them.
        expect([numbers(book.bids(1_000)), numbers(book.asks(1_000))]).toEqual(plainly(sent));
        expect([book.bids(1_000).length, book.asks(1_000).length]).toEqual([200, 200]);
        expect(book.spreadBps).toBeLessThan(3);
      },
    );

    test('count a level in dollars, exact', async () => {
      const instrument = (await catalogue()).get('DOGEUSDT')!;
      const units = books.unitsOf(instrument)!;
      const sum = BigInt(units.grid.ticks('0.07053')) * BigInt(units.grid.steps('307404'));
      expect(units.usd(sum)).toBe('21681.20412');
    });
  });

  describe('of OKX, 11 s from before it numbered its updates, numbered here', () => {
    const frames = recordedDataFolder === undefined ? [] : receivedFrames(OKX_11_S, 'OKX.ws.1');

    /** Best 25 levels of each side as the venue writes them down for its checksum. */
    function checksum(book: OrderBook): number {
      const bids = book.bids(25);
      const asks = book.asks(25);
      const parts: string[] = [];
      for (let at = 0; at < 25; at += 1) {
        for (const level of [bids[at], asks[at]]) if (level) parts.push(level.price, level.quantity);
      }
      return crc32(parts.join(':')) | 0;
    }

    test.each([
      ['BTC-USDT', '0.1', '0.00000001'],
      ['BTC-USD-220527', '0.1', '1'],
    ])('%s has after every update the checksum that the venue computed', (instId, tick, step) => {
      const books = booksOf('okx');
      const keeper = keeperOf(OKX_BOOK, new BookGrid(parseDecimal(tick), parseDecimal(step)));
      keeper.connected();
      let number = 0;
      for (const text of frames) {
        if (!text.includes(`{"channel":"books","instId":"${instId}"}`) || text.includes('"event"')) continue;
        const [stated = ''] = /-?\d+(?=\}\]\}$)/.exec(text) ?? [];
        const previous = text.includes('"snapshot"') ? -1 : number;
        number += 1;
        const numbered = text.replace(
          /"checksum":-?\d+/,
          `"checksum":0,"prevSeqId":${previous},"seqId":${number}`,
        );
        const { updates, problems } = books.normalise(JSON.parse(numbered), () => true);
        expect(problems).toEqual([]);
        for (const { update } of updates) keeper.take(update);
        expect(keeper.loss).toBeUndefined();
        expect(checksum(keeper.book!)).toBe(Number(stated));
      }
      expect(number).toBeGreaterThan(90);
    });

    test('says of frames without numbers that they have none, instead of a book', () => {
      const text = frames.find((frame) => frame.includes('"books"') && frame.includes('"update"'))!;
      expect(booksOf('okx').normalise(JSON.parse(text), () => true)).toEqual({
        updates: [],
        problems: ['BAD_NUMBER: seqId is missing'],
      });
    });
  });

  describe('of Binance', () => {
    const books = booksOf('binance');

    test('345 s of BTCUSDT are read to the last field, and join their whole book', () => {
      const keeper = keeperOf(BINANCE_BOOK, new BookGrid(parseDecimal('0.1'), parseDecimal('0.001')));
      keeper.connected();
      const connection = books.protocol(adapterOf('binance').roots);
      let read = 0;
      for (const line of unzipRecordedLines(BINANCE_345_S)) {
        const text = line.slice(line.indexOf(' ') + 1);
        if (text.includes('"lastUpdateId"')) {
          keeper.takeSnapshot(wholeOf(JSON.parse(text) as Whole));
          continue;
        }
        if (!text.includes('"depthUpdate"')) continue;
        // It was recorded as `depth@0ms`, a name that the venue no longer gives; this one is the control stream, too.
        const reading = connection.read(text.replace(/"stream":"[^"]*"/, '"stream":"btcusdt@depth@100ms"'));
        if (reading.kind !== 'control') throw new Error(reading.kind);
        const { updates, problems } = books.normalise(reading.message, () => true);
        expect(problems).toEqual([]);
        const { data } = JSON.parse(text) as {
          readonly data: { readonly U: number; readonly u: number; readonly pu: number; readonly T: number };
        };
        const { firstId, lastId, previousId, venueTimeMs } = updates[0]!.update;
        expect([firstId, lastId, previousId, venueTimeMs]).toEqual([data.U, data.u, data.pu, data.T]);
        keeper.take(updates[0]!.update);
        read += 1;
      }
      expect([read > 6_000, keeper.loss, keeper.resyncs]).toEqual([true, undefined, 1]);
    });

    test('frames of several years are read, COIN-M and partial books are not', () => {
      const becomes = readRecordedFrames('binance/frames/misc.jsonl')
        .filter(({ raw }) => raw.includes('"depthUpdate"'))
        .map(({ raw }) => {
          const { stream } = JSON.parse(raw) as { readonly stream: string };
          const { updates, problems } = books.normalise(JSON.parse(raw), (topic) =>
            topic.endsWith('@depth@100ms'),
          );
          return [stream, updates.length, problems.length];
        });
      expect(becomes).toEqual(
        expect.arrayContaining([
          ['ethusdt@depth@100ms', 1, 0],
          ['ethusdt_210625@depth@100ms', 1, 0],
          ['ethusdt@depth20', 0, 0],
        ]),
      );
      expect(becomes.every(([, , problems]) => problems === 0)).toBe(true);
    });

    test('whole books of several years are read from the answers of its REST interface', async () => {
      const { routes } = JSON.parse(readRecordedText('binance/rest/usdm-recorded-http.json')) as {
        readonly routes: Readonly<Record<string, { readonly GET: readonly { readonly data: Whole }[] }>>;
      };
      const answers = routes['/fapi/v1/depth']?.GET ?? [];
      expect(answers.length).toBe(3);
      for (const { data } of answers) {
        const whole = await books.snapshot!.fetch(() => Promise.resolve(data), adapterOf('binance').roots, {
          venueSymbol: 'BTCUSDT',
        } as Instrument);
        expect(whole).toEqual(wholeOf(data));
      }
    });
  });
});

interface Whole {
  readonly lastUpdateId: number;
  readonly T: number;
  readonly bids: BookUpdate['bids'];
  readonly asks: BookUpdate['asks'];
}

function wholeOf({ lastUpdateId, T, bids, asks }: Whole): BookUpdate {
  return { isSnapshot: true, lastId: lastUpdateId, venueTimeMs: T, bids, asks };
}

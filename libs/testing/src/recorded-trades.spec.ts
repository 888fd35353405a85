import { describe, expect, test } from '@jest/globals';
import {
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  type Instrument,
  type InstrumentLookup,
  type Trade,
} from '@orderfox/domain';
import { type VenueTrades } from '@orderfox/venues';
import { adapterOf, exchangeInfoFor, lookupFrom, recordedAnswer } from './recorded-catalogues.js';
import {
  BYBIT_42_S,
  OKX_11_S,
  readRecordedFrames,
  readRecordedText,
  receivedFrames,
  recordedDataFolder,
  recordedDataNote,
  unzipRecordedLines,
} from './recorded-data.js';

/** Later than all that was recorded. */
const NOW = Date.UTC(2026, 11);

function tradesOf(venue: string): VenueTrades {
  const { trades } = adapterOf(venue);
  if (trades === undefined) throw new Error(`${venue} has no trades`);
  return trades;
}

/** Every contract of a catalogue by the topic of its trades. */
function byTopic(venue: string, catalogue: InstrumentLookup): (topic: string) => Instrument | undefined {
  const contracts = new Map(catalogue.all().map((one) => [tradesOf(venue).topicOf(one), one]));
  return (topic) => contracts.get(topic);
}

interface AggregateRow {
  readonly a: number;
  readonly p: string;
  readonly q: string;
  readonly T: number;
  readonly m: boolean;
}

function asExpected({ a, p, q, T, m }: AggregateRow): Partial<Trade> {
  const [price, quantity] = [parseDecimal(p), parseDecimal(q)];
  return {
    aggregateId: a,
    price,
    quantity,
    notionalUsd: multiplyDecimals(price, quantity),
    takerSide: m ? 'SELL' : 'BUY',
    venueTimeMs: T,
  };
}

const whenRecorded = recordedDataFolder === undefined ? describe.skip : describe;

whenRecorded(`recorded trades${recordedDataNote}`, () => {
  test('of Bybit are every one that came in 42 s, each once', async () => {
    const catalogue = await lookupFrom(
      'bybit',
      recordedAnswer(BYBIT_42_S, 'category=linear&status=Trading&limit=1000'),
    );
    const wanted = byTopic('bybit', catalogue);
    const { normalise, protocol } = tradesOf('bybit');
    const socket = protocol(adapterOf('bybit').roots);
    const found: Trade[] = [];
    let rows = 0;
    for (const text of receivedFrames(BYBIT_42_S, 'BYBIT.ws.2')) {
      if (!text.startsWith('{"topic":"publicTrade.')) continue;
      rows += (JSON.parse(text) as { readonly data: readonly unknown[] }).data.length;
      const reading = socket.read(text);
      if (reading.kind !== 'data') throw new Error('not data');
      const { trades, problems } = normalise(reading.message, wanted, NOW);
      expect(problems).toEqual([]);
      found.push(...trades.map(({ trade }) => trade));
    }
    expect(found.length).toBe(rows);
    expect(rows).toBeGreaterThan(100);
    expect(new Set(found.map(({ venueSymbol, tradeId }) => `${venueSymbol} ${tradeId}`)).size).toBe(rows);
    for (const { price, quantity, notionalUsd } of found) {
      expect(divideDecimals(notionalUsd, quantity, 20)).toBe(price);
    }
    expect(new Set(found.map(({ takerSide }) => takerSide))).toEqual(new Set(['BUY', 'SELL']));
  });

  test('of OKX are read with the sizes of a contract from its catalogue', async () => {
    const catalogue = await lookupFrom('okx', recordedAnswer(OKX_11_S, 'instruments?instType=SWAP'));
    const wanted = byTopic('okx', catalogue);
    const becomes = readRecordedFrames('okx/frames/misc.jsonl')
      .filter(({ raw }) => raw.includes('"channel":"trades"'))
      .flatMap(({ raw }) => tradesOf('okx').normalise(JSON.parse(raw), wanted, NOW).trades)
      .map(({ trade: { venueSymbol, takerSide, quantity, notionalUsd } }) => [
        venueSymbol,
        takerSide,
        quantity,
        notionalUsd,
      ]);
    expect(becomes).toEqual([
      ['BTC-USDT-SWAP', 'BUY', '0.05', '2446.925'],
      ['BTC-USDT-SWAP', 'BUY', '0.07', '3049.816'],
      ['BTC-USD-SWAP', 'SELL', '0.002294899127708842', '100'],
    ]);
  });

  test('of Binance, frames of several years, are read; those of COIN-M and single fills are not', async () => {
    const catalogue = await lookupFrom('binance', exchangeInfoFor(['BTCUSDT', 'BTCUSDT_210625']));
    const wanted = byTopic('binance', catalogue);
    const found = readRecordedFrames('binance/frames/misc.jsonl')
      .filter(({ raw }) => /"e":"(aggTrade|trade)"/.test(raw))
      .flatMap(({ raw }) => tradesOf('binance').normalise(JSON.parse(raw), wanted, NOW).trades);
    const agg = readRecordedFrames('binance/frames/misc.jsonl')
      .map(({ raw }) => JSON.parse(raw) as { readonly stream?: string; readonly data: AggregateRow })
      .filter(({ stream }) => stream !== undefined && wanted(stream) !== undefined);
    // One of them was kept without its number and is told as a problem.
    expect(found.map(({ trade }) => trade)).toMatchObject(
      agg.filter(({ data }) => typeof data.a === 'number').map(({ data }) => asExpected(data)),
    );
    expect(found).toHaveLength(3);
  });

  test('of Binance by REST are read to the last digit, in unbroken numbers', async () => {
    const { routes } = JSON.parse(readRecordedText('binance/rest/usdm-recorded-http.json')) as {
      readonly routes: Readonly<
        Record<
          string,
          {
            readonly GET: readonly { readonly data: readonly AggregateRow[]; readonly queryString: string }[];
          }
        >
      >;
    };
    const answers = routes['/fapi/v1/aggTrades']?.GET ?? [];
    expect(answers.length).toBe(3);
    for (const { data, queryString } of answers) {
      const symbol = /symbol=(\w+)/.exec(queryString)?.[1] ?? '';
      const instrument = (await lookupFrom('binance', exchangeInfoFor([symbol]))).get(symbol)!;
      const trades = await tradesOf('binance').history!.list(
        () => Promise.resolve(data),
        adapterOf('binance').roots,
        { instrument, fromId: 0, rows: 1_000, nowMs: NOW },
      );
      expect(trades).toMatchObject(data.map(asExpected));
      const ids = trades.map(({ aggregateId = 0 }) => aggregateId);
      expect(ids.map((id) => id - ids[0]!)).toEqual(ids.map((_, at) => at));
    }
  });

  test('of Binance, 16,440 large ones, add up to the last cent', async () => {
    const rows = unzipRecordedLines('binance/aggtrades/large-2025-01-26_02-06.csv.gz').map((line) =>
      line.split(', '),
    );
    const symbols = rows.map(([, symbol = '']) => symbol);
    const catalogue = await lookupFrom('binance', exchangeInfoFor(symbols));
    const wanted = byTopic('binance', catalogue);
    let read = 0;
    for (const [E, s = '', a, p = '', q = '', T, m] of rows) {
      const data = { e: 'aggTrade', E: Number(E), s, a: Number(a), p, q, T: Number(T), m: m === 'True' };
      const frame = { stream: `${s.toLowerCase()}@aggTrade`, data };
      const [found] = tradesOf('binance').normalise(frame, wanted, NOW).trades;
      expect(found?.trade.notionalUsd).toBe(multiplyDecimals(parseDecimal(p), parseDecimal(q)));
      expect(found?.trade.takerSide).toBe(m === 'True' ? 'SELL' : 'BUY');
      read += 1;
    }
    expect(read).toBe(16_440);
  });
});

import { describe, expect, test } from '@jest/globals';
import { sumDecimals, type Liquidation, type Refusal } from '@orderfox/domain';
import { adapterOf, exchangeInfoFor, lookupFrom } from './recorded-catalogues.js';
import { readRecordedText, recordedDataFolder, recordedDataNote } from './recorded-data.js';

/** Rows and distinct events of each recording, as its notes state them. */
const RECORDINGS: readonly (readonly [name: string, rows: number, distinct: number])[] = [
  ['forceorder-2024-06-20-b', 162, 162],
  ['forceorder-2024-08-18', 385, 385],
  ['forceorder-2025-01-26_27', 2_338, 1_238],
  ['forceorder-2025-06-23-recorder-a', 700, 700],
  ['forceorder-2025-06-23-recorder-b', 702, 702],
  ['forceorder-2025-12-27', 1_611, 1_611],
];

/** One line of a recording: the fields of `o` in the order of the wire. */
interface Row {
  readonly symbol: string;
  readonly order: Readonly<Record<string, string | number>>;
}

function rowsOf(name: string): readonly Row[] {
  return readRecordedText(`binance/liquidations/${name}.csv`)
    .trim()
    .split('\n')
    .map((line) => {
      const [s = '', S = '', o = '', f = '', q = '', p = '', ap = '', X = '', l = '', z = '', T = ''] =
        line.split(',');
      const symbol = fullSymbol(s);
      // One recorder did not store `ap` and wrote None; the wire had a number there, which is lost.
      return {
        symbol,
        order: { s: symbol, S, o, f, q, p, ...(ap !== 'None' && { ap }), X, l, z, T: Number(T) },
      };
    });
}

/** The recorders cut the text USDT out of the symbol, all but some. */
function fullSymbol(cut: string): string {
  if (/(USDT|USDC)$/.test(cut)) return cut;
  const [base = '', expiry] = cut.split('_');
  return expiry === undefined ? `${base}USDT` : `${base}USDT_${expiry}`;
}

async function normalise(rows: readonly Row[]): Promise<{ events: Liquidation[]; refusals: Refusal[] }> {
  const adapter = adapterOf('binance');
  const instruments = await lookupFrom('binance', exchangeInfoFor(rows.map(({ symbol }) => symbol)));
  const feed = adapter.feeds({ roots: adapter.roots, instruments, records: () => true })[0]!;
  const events: Liquidation[] = [];
  const refusals: Refusal[] = [];
  for (const { order } of rows) {
    const time = Number(order.T) + 1_000;
    const text = JSON.stringify({ stream: '!forceOrder@arr', data: { e: 'forceOrder', E: time, o: order } });
    const reading = feed.protocol.read(text);
    if (reading.kind !== 'data') throw new Error(`read as ${reading.kind}`);
    const normalised = feed.normalise(reading.message, time);
    events.push(...normalised.events);
    refusals.push(...normalised.refusals);
  }
  return { events, refusals };
}

/** Picodollars as a big integer: an account of its own, beside the library's decimals. */
function scaled(text: string | number | undefined, places: number): bigint {
  const [whole = '', fraction = ''] = String(text).split('.');
  return BigInt(`${whole}${fraction.padEnd(places, '0')}`);
}

const whenRecorded = recordedDataFolder === undefined ? describe.skip : describe;

whenRecorded(`recorded forced orders of Binance${recordedDataNote}`, () => {
  test.each(RECORDINGS)(
    '%s: each of %i rows becomes an event, with %i keys',
    async (name, rowCount, distinct) => {
      const rows = rowsOf(name);
      const { events, refusals } = await normalise(rows);
      expect(refusals).toEqual([]);
      expect([rows.length, events.length]).toEqual([rowCount, rowCount]);
      expect(new Set(events.map(({ eventKey }) => eventKey)).size).toBe(distinct);
    },
  );

  test.each(RECORDINGS)(
    '%s: sides follow the order and the dollars are exact to the last digit',
    async (name) => {
      const rows = rowsOf(name);
      const { events } = await normalise(rows);
      expect(events.map(({ liquidatedSide }) => liquidatedSide)).toEqual(
        rows.map(({ order }) => (order.S === 'SELL' ? 'LONG' : 'SHORT')),
      );
      const total = rows.reduce(
        (sum, { order }) => sum + scaled(order.z, 12) * scaled(order.ap ?? order.p, 12),
        0n,
      );
      expect(scaled(sumDecimals(events.map(({ notionalUsd }) => notionalUsd)), 24)).toBe(total);
      expect(new Set(events.map(({ priceUsed }) => priceUsed))).toEqual(
        new Set([name.includes('recorder-') ? 'ORDER' : 'FILL']),
      );
    },
  );

  test('two recorders of the same stream agree on the keys of all they both saw', async () => {
    const [a, b] = await Promise.all(
      ['a', 'b'].map(async (recorder) => {
        const { events } = await normalise(rowsOf(`forceorder-2025-06-23-recorder-${recorder}`));
        return new Set(events.map(({ eventKey }) => eventKey));
      }),
    );
    expect([...a!].filter((key) => b!.has(key))).toHaveLength(700);
  });

  test('multiples become coins, dated contracts join their market, and names keep their script', async () => {
    const { events } = await normalise(RECORDINGS.flatMap(([name]) => rowsOf(name)));
    const markets = new Map(events.map(({ venueSymbol, symbol }) => [venueSymbol, symbol]));
    expect(Object.fromEntries(markets)).toMatchObject({
      '1000PEPEUSDC': 'PEPEUSDC',
      '1000SATSUSDT': 'SATSUSDT',
      '1000000MOGUSDT': 'MOGUSDT',
      '1MBABYDOGEUSDT': 'BABYDOGEUSDT',
      '0GUSDT': '0GUSDT',
      '2ZUSDT': '2ZUSDT',
      '4USDT': '4USDT',
      BANANAS31USDT: 'BANANAS31USDT',
      ETHUSDT_250627: 'ETHUSDT',
      币安人生USDT: '币安人生USDT',
    });
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { type InstrumentLookup } from '@orderfox/domain';
import { adapterOf, exchangeInfoFor, lookupFrom, recordedAnswer } from './recorded-catalogues.js';
import { readRecordedFrames, recordedDataFolder, recordedDataNote } from './recorded-data.js';

/** What a recorded row must become: side of the position, base coins, dollars. Worked out by hand from the frame. */
type Expected = readonly [venueSymbol: string, side: 'LONG' | 'SHORT', quantity: string, notionalUsd: string];
/** What a recorded frame must become: its rows, or the reason for which it is refused. */
type Outcome = readonly Expected[] | string;

interface Recording {
  readonly venue: string;
  readonly catalogue: () => unknown;
  readonly outcomes: readonly Outcome[];
}

/** z x ap, since both are above zero in every frame; SELL closed a long. */
const BINANCE: Recording = {
  venue: 'binance',
  catalogue: () =>
    exchangeInfoFor([
      ...['STGUSDT', 'XRPUSDT', 'BTCUSDT', 'KAIAUSDT', 'RAYSOLUSDT', 'IOTXUSDT', 'DOGEBUSD', 'COTIUSDT'],
    ]),
  outcomes: [
    [['STGUSDT', 'LONG', '5', '0.6775']],
    [['XRPUSDT', 'SHORT', '127.2', '189.68064']],
    [['BTCUSDT', 'LONG', '0.19', '15703.861']],
    [['XRPUSDT', 'SHORT', '15.4', '21.62622']],
    [['KAIAUSDT', 'LONG', '3391', '201.96796']],
    [['RAYSOLUSDT', 'LONG', '70.5', '98.0789091']],
    [['IOTXUSDT', 'LONG', '3661', '244.15209']],
    [['DOGEBUSD', 'SHORT', '568', '78.82136']],
    [['BTCUSDT', 'LONG', '1.3', '12014.613']],
    [['BTCUSDT', 'SHORT', '0.014', '65.88456']],
    // A testnet frame: nothing in it says so, which is why test addresses are refused.
    [['COTIUSDT', 'SHORT', '288183', '6314.665896']],
  ],
};

/**
 * sz x ctVal x bkPx; sell closed a long. Contract sizes come from the catalogue recorded in 2022 (BTC 0.01, CELO, MINA
 * and DYDX 1). APT and MUBARAK were listed later: 1 and 10 are assumptions of this test.
 */
const OKX: Recording = {
  venue: 'okx',
  catalogue: () => {
    const recorded = recordedAnswer('okx/recordings/public-2022-05-13.jsonl.gz', 'instType=SWAP');
    const later = [
      ['APT', '1'],
      ['MUBARAK', '10'],
    ].map(([coin = '', ctVal = '']) => ({
      instId: `${coin}-USDT-SWAP`,
      uly: `${coin}-USDT`,
      ctType: 'linear',
      ctVal,
      ctMult: '1',
      tickSz: '0.0001',
      lotSz: '1',
      state: 'live',
    }));
    return { ...recorded, data: [...(recorded.data as readonly unknown[]), ...later] };
  },
  outcomes: [
    'UNKNOWN_CHANNEL',
    [['BTC-USDT-SWAP', 'LONG', '0.0855', '7067.06235']],
    [['CELO-USDT-SWAP', 'SHORT', '19979', '1914.58757']],
    [['MUBARAK-USDT-SWAP', 'LONG', '20', '1.45364']],
    [['MINA-USDT-SWAP', 'SHORT', '10975', '1082.02525']],
    [['DYDX-USDT-SWAP', 'LONG', '768', '811.776']],
    [['APT-USDT-SWAP', 'LONG', '86', '495.446']],
    [['APT-USDT-SWAP', 'LONG', '308', '1772.9096']],
    [['BTC-USDT-SWAP', 'LONG', '100', '5710290']],
    'OTHER_PRODUCT',
    'UNKNOWN_CHANNEL',
    'UNKNOWN_CHANNEL',
  ],
};

/** v x p, since no mark price is known here; Buy is a long position. */
const BYBIT: Recording = {
  venue: 'bybit',
  catalogue: () => {
    const recorded = recordedAnswer('bybit/recordings/v5-2026-08-09.jsonl.gz', 'limit=1000');
    const result = recorded.result as { readonly list: readonly { readonly symbol: string }[] };
    // Listed after, or taken off the list before, the day of the recorded catalogue.
    const others = ['MARSCOIN', 'PIPPIN']
      .filter((coin) => !result.list.some(({ symbol }) => symbol === `${coin}USDT`))
      .map((coin) => ({
        symbol: `${coin}USDT`,
        contractType: 'LinearPerpetual',
        status: 'Trading',
        baseCoin: coin,
        quoteCoin: 'USDT',
        priceFilter: { tickSize: '0.00001' },
        lotSizeFilter: { qtyStep: '1' },
      }));
    return { ...recorded, result: { ...result, list: [...result.list, ...others] } };
  },
  outcomes: [
    [
      ['BTCUSDT', 'LONG', '0.006', '494.3814'],
      ['BTCUSDT', 'LONG', '0.038', '3130.9834'],
    ],
    [['STRKUSDT', 'LONG', '2084.9', '107.685085']],
    [['MARSCOINUSDT', 'SHORT', '2380', '303.0692']],
    [['ADAUSDT', 'SHORT', '13248', '2536.992']],
    [['PIPPINUSDT', 'SHORT', '2846', '69.89776']],
    'UNKNOWN_CHANNEL',
    'UNKNOWN_CHANNEL',
    'UNKNOWN_CHANNEL',
    'UNKNOWN_CHANNEL',
    'UNKNOWN_CHANNEL',
  ],
};

const whenRecorded = recordedDataFolder === undefined ? describe.skip : describe;

whenRecorded.each([BINANCE, OKX, BYBIT])(
  `recorded liquidation frames of $venue${recordedDataNote}`,
  ({ venue, catalogue, outcomes }) => {
    const adapter = adapterOf(venue);
    const frames = () => readRecordedFrames(`${venue}/frames/liquidations.jsonl`);
    let instruments: InstrumentLookup;

    beforeAll(async () => {
      instruments = await lookupFrom(venue, catalogue());
    });

    test('there is an expectation for every one of them', () => {
      expect(frames()).toHaveLength(outcomes.length);
    });

    test.each(outcomes.map((outcome, index) => ({ number: index + 1, outcome })))(
      'frame $number gives the right side, coins and dollars, or the right reason',
      ({ number, outcome }) => {
        const { raw } = frames()[number - 1]!;
        const feed = adapter
          .feeds({ roots: adapter.roots, instruments, records: () => true })
          .find(({ stream }) => stream === 'liquidations')!;
        const { events, refusals } = feed.normalise(JSON.parse(raw), Date.UTC(2026, 10, 1));
        if (typeof outcome === 'string') {
          expect(refusals.map(({ reason }) => reason)).toEqual([outcome]);
          expect(events).toEqual([]);
          return;
        }
        expect(feed.protocol.read(raw).kind).toBe('data');
        expect(refusals).toEqual([]);
        expect(
          events.map(({ venueSymbol, liquidatedSide, quantity, notionalUsd }) => [
            venueSymbol,
            liquidatedSide,
            quantity,
            notionalUsd,
          ]),
        ).toEqual(outcome);
      },
    );
  },
);

import type { VenueId } from '@orderfox/domain';

/** Kinds of frame that a sound client counts, logs once and survives. */
export const HOSTILE_KINDS = [
  'NOT_JSON', // plain words
  'EMPTY', // a frame of no bytes
  'TRUNCATED', // a liquidation cut off in the middle
  'BINARY', // a binary frame of arbitrary bytes
  'INVALID_UTF8', // a text frame that is no UTF-8: a conforming client must fail the connection with 1007
  'NULL', // JSON null
  'NUMBER', // JSON number
  'DEEP', // ten thousand nested arrays
  'HUGE', // five megabytes of valid JSON
  'UNKNOWN_TYPE', // an event of a kind not seen before
  'DRIFTED', // a liquidation whose fields were renamed
  'WRONG_TYPES', // a liquidation whose texts became numbers, lists and null
  'BAD_NUMBERS', // a liquidation of NaN, negative, zero and 1e999
  'BAD_TIME', // a liquidation from the year 2262
  'BAD_SIDE', // a liquidation of neither side
  'PROTOTYPE', // keys that poison prototypes
  'MARKUP', // a symbol that is an HTML element
  'LONG_SYMBOL', // a symbol of a megabyte
  'BIDI', // a symbol with control and direction characters
] as const;

export type HostileKind = (typeof HOSTILE_KINDS)[number];

/** A liquidation of each venue with replaceable parts; times are JSON text. */
interface Parts {
  readonly symbol?: string;
  readonly side?: unknown;
  readonly number?: unknown;
  readonly time?: unknown;
}

const HUGE_BYTES = 5 * 1024 * 1024;

/** The bytes of one hostile frame in the manner of a venue. */
export function hostileFrame(kind: HostileKind, venue: VenueId): { bytes: Buffer; binary: boolean } {
  if (kind === 'BINARY') return { bytes: Buffer.from([0, 255, 1, 254, 123, 34, 0]), binary: true };
  if (kind === 'INVALID_UTF8')
    return { bytes: Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), binary: false };
  return { bytes: Buffer.from(textOf(kind, venue)), binary: false };
}

function textOf(kind: Exclude<HostileKind, 'BINARY' | 'INVALID_UTF8'>, venue: VenueId): string {
  const frame = (parts: Parts) => JSON.stringify(liquidation(venue, parts));
  switch (kind) {
    case 'NOT_JSON':
      return 'upstream connect error or disconnect/reset before headers';
    case 'EMPTY':
      return '';
    case 'TRUNCATED':
      return frame({}).slice(0, -20);
    case 'NULL':
      return 'null';
    case 'NUMBER':
      return '9007199254740993';
    case 'DEEP':
      return '['.repeat(10_000) + ']'.repeat(10_000);
    case 'HUGE':
      return `{"stream":"x","topic":"x","arg":{},"data":"${'9'.repeat(HUGE_BYTES)}"}`;
    case 'UNKNOWN_TYPE':
      return unknownType(venue);
    case 'DRIFTED':
      return frame({})
        .replaceAll('"q":', '"qty":')
        .replaceAll('"z":', '"filled":')
        .replaceAll('"sz":', '"size":')
        .replaceAll('"v":', '"volume":');
    case 'WRONG_TYPES':
      return frame({ number: [1], side: null });
    case 'BAD_NUMBERS':
      return frame({ number: 'NaN' });
    case 'BAD_TIME':
      return frame({ time: 9_223_372_036_854 });
    case 'BAD_SIDE':
      return frame({ side: 'hold' });
    case 'PROTOTYPE':
      return `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${frame({}).slice(1)}`;
    case 'MARKUP':
      return frame({ symbol: '<img src=x onerror=alert(1)>' });
    case 'LONG_SYMBOL':
      return frame({ symbol: 'A'.repeat(1024 * 1024) });
    case 'BIDI':
      return frame({ symbol: 'BTC\u202eTDSU\u0000\u0007' });
  }
}

function unknownType(venue: VenueId): string {
  if (venue === 'okx')
    return '{"arg":{"channel":"liquidation-auctions","instType":"SWAP"},"data":[{"lot":"1"}]}';
  if (venue === 'bybit') return '{"topic":"adlAlert.BTCUSDT","type":"snapshot","ts":1,"data":[{"x":"1"}]}';
  return '{"stream":"!liquidationAuction@arr","data":{"e":"liquidationAuction","E":1}}';
}

function liquidation(
  venue: VenueId,
  { symbol, side, number = '1', time = 1_791_565_602_120 }: Parts,
): unknown {
  if (venue === 'okx') {
    const instId = symbol ?? 'BTC-USDT-SWAP';
    const ts = String(time);
    const detail = {
      bkLoss: '0',
      bkPx: number,
      ccy: '',
      posSide: 'long',
      side: side ?? 'sell',
      sz: number,
      ts,
    };
    return {
      arg: { channel: 'liquidation-orders', instType: 'SWAP' },
      data: [
        {
          details: [side === null ? { ...detail, side } : detail],
          instFamily: 'BTC-USDT',
          instId,
          instType: 'SWAP',
          uly: 'BTC-USDT',
        },
      ],
    };
  }
  if (venue === 'bybit') {
    const s = symbol ?? 'BTCUSDT';
    const row = { T: time, s, S: side === undefined ? 'Buy' : side, v: number, p: number };
    return { topic: `allLiquidation.${s}`, type: 'snapshot', ts: time, data: [row] };
  }
  const order = {
    s: symbol ?? 'BTCUSDT', S: side === undefined ? 'SELL' : side, o: 'LIMIT', f: 'IOC', q: number, p: number, ap: number,
    X: 'FILLED', l: number, z: number, T: time, ps: symbol ?? 'BTCUSDT', st: 1,
  }; // prettier-ignore
  return { stream: '!forceOrder@arr', data: { e: 'forceOrder', E: time, o: order } };
}

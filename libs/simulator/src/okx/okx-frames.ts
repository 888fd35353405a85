import type { VenueCatalog } from '../catalog/venue-catalog.js';
import { asObject, parseJson, textOf, type JsonObject } from '../server/json-reading.js';
import type { Broadcast, ForcedOrder } from '../server/venue-protocol.js';
import { wireFact } from '../server/wire-facts.js';
import type { WireFact } from '../truth-ledger.js';

/** One forced order inside a `liquidation-orders` row; every value is a text. */
export interface OkxDetail {
  readonly bkLoss: string;
  readonly bkPx: string;
  readonly ccy: string;
  readonly posSide: string;
  readonly side: string;
  readonly sz: string;
  readonly ts: string;
}

/** An instrument and its orders, in the venue's key order. */
export interface OkxRow {
  readonly details: readonly OkxDetail[];
  readonly instFamily: string;
  readonly instId: string;
  readonly instType: string;
  readonly uly: string;
}

/** Topic of all liquidations of an instrument type. */
export function liquidationTopic(instType: string): string {
  return `liquidation-orders|${instType}`;
}

/** SWAP or FUTURES, by the instrument's name. */
export function instTypeOf(instId: string): string {
  return instId.endsWith('-SWAP') ? 'SWAP' : 'FUTURES';
}

/** Family `BTC-USDT` of `BTC-USDT-SWAP`. */
export function familyOf(instId: string): string {
  return instId.split('-').slice(0, 2).join('-');
}

/** Underlying: the family, where the USD-margined family shares the plain index. */
export function underlyingOf(instId: string): string {
  return familyOf(instId).replace(/_UM$/u, '');
}

/** A frame of the channel. */
export function liquidationPayload(instType: string, rows: readonly OkxRow[]): string {
  return JSON.stringify({ arg: { channel: 'liquidation-orders', instType }, data: rows });
}

/** Orders of one moment: one frame per instrument type, one row per instrument, one detail per order. */
export function composeOkx(orders: readonly ForcedOrder[]): readonly Broadcast[] {
  const byType = Map.groupBy(orders, ({ venueSymbol }) => instTypeOf(venueSymbol));
  return [...byType].map(([instType, ofType]) => {
    const byInstrument = Map.groupBy(ofType, ({ venueSymbol }) => venueSymbol);
    const rows = [...byInstrument].map(([instId, list]) => okxRow(instId, list.map(detailOf)));
    return { topics: [liquidationTopic(instType)], payload: liquidationPayload(instType, rows) };
  });
}

/** A row of one instrument. */
export function okxRow(instId: string, details: readonly OkxDetail[]): OkxRow {
  return {
    details,
    instFamily: familyOf(instId),
    instId,
    instType: instTypeOf(instId),
    uly: underlyingOf(instId),
  };
}

function detailOf(order: ForcedOrder): OkxDetail {
  const position = order.side === 'SELL' ? 'long' : 'short';
  return {
    bkLoss: '0',
    bkPx: order.price,
    ccy: '',
    posSide: order.netMode === true ? 'net' : position,
    side: order.side.toLowerCase(),
    sz: order.quantity,
    ts: String(order.timeMs),
  };
}

/** Every detail of every row in a frame. */
export function okxFacts(text: string, catalog: VenueCatalog): readonly WireFact[] {
  if (!text.includes('"liquidation-orders"')) return [];
  const frame = asObject(parseJson(text));
  const rows: readonly unknown[] = Array.isArray(frame?.data) ? frame.data : [];
  return rows.flatMap((candidate) => {
    const row = asObject(candidate);
    const details: readonly unknown[] = Array.isArray(row?.details) ? row.details : [];
    return details.flatMap((one) => {
      const detail = asObject(one);
      return row && detail ? [factOf(textOf(row, 'instId'), detail, catalog)] : [];
    });
  });
}

function factOf(instId: string, detail: JsonObject, catalog: VenueCatalog): WireFact {
  const text = (field: string) => textOf(detail, field);
  return wireFact(
    {
      venue: 'okx',
      venueSymbol: instId,
      identity: [instId, text('side'), text('posSide'), text('ts'), text('sz'), text('bkPx')],
      side: text('side') === 'buy' ? 'BUY' : 'SELL',
      quantity: text('sz'),
      price: text('bkPx'),
      timeMs: Number(text('ts')),
      row: JSON.stringify({ instId, ...detail }),
    },
    catalog.get(instId),
  );
}

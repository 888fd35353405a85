import { parseDecimal, isDecimal, isPositive } from '@orderfox/domain';
import type { VenueCatalog } from '../catalog/venue-catalog.js';
import { asObject, parseJson, textOf, type JsonObject } from '../server/json-reading.js';
import type { ForcedOrder } from '../server/venue-protocol.js';
import { wireFact } from '../server/wire-facts.js';
import type { WireFact } from '../truth-ledger.js';

/** The `o` object of a forceOrder frame, texts as on the wire. `ps` and `st` came with the merge of 2026-06-30. */
export interface ForceOrderRow {
  readonly s: string;
  readonly S: string;
  readonly o: string;
  readonly f: string;
  readonly q: string;
  readonly p: string;
  readonly ap: string;
  readonly X: string;
  readonly l: string;
  readonly z: string;
  readonly T: number;
  readonly ps?: string;
  readonly st?: 1 | 2;
}

/** The payload in the venue's own key order. */
export function forceOrderPayload(row: ForceOrderRow, eventMs: number): string {
  const { s, S, o, f, q, p, ap, X, l, z, T, ps, st } = row;
  const tail = { ...(ps !== undefined && { ps }), ...(st !== undefined && { st }) };
  return JSON.stringify({ e: 'forceOrder', E: eventMs, o: { s, S, o, f, q, p, ap, X, l, z, T, ...tail } });
}

/** A forced order as Binance reports it today. */
export function forceOrderRow(order: ForcedOrder, catalog: VenueCatalog): ForceOrderRow {
  const coinMargined = catalog.get(order.venueSymbol)?.coinMargined === true;
  return {
    s: order.venueSymbol,
    S: order.side,
    o: 'LIMIT',
    f: 'IOC',
    q: order.quantity,
    p: order.price,
    ap: order.averagePrice ?? order.price,
    X: 'FILLED',
    l: order.lastQuantity ?? order.quantity,
    z: order.quantity,
    T: order.timeMs,
    ps: pairOf(order.venueSymbol),
    st: coinMargined ? 2 : 1,
  };
}

/** The streams that carry an order. */
export function forceOrderStreams(venueSymbol: string): readonly string[] {
  return ['!forceOrder@arr', `${venueSymbol.toLowerCase()}@forceOrder`];
}

/** Pair of a contract: the symbol without delivery date or `_PERP`. */
export function pairOf(venueSymbol: string): string {
  return venueSymbol.replace(/_(?:PERP|\d{6})$/u, '');
}

/** The liquidation in a frame, wrapped or bare, one object or a list of them. */
export function binanceFacts(text: string, catalog: VenueCatalog): readonly WireFact[] {
  if (!text.includes('"forceOrder"')) return [];
  const frame = parseJson(text);
  const data = asObject(frame)?.data ?? frame;
  const payloads: readonly unknown[] = Array.isArray(data) ? data : [data];
  return payloads.flatMap((payload) => {
    const event = asObject(payload);
    const row = event?.e === 'forceOrder' ? asObject(event.o) : undefined;
    return row ? [factOf(row, catalog)] : [];
  });
}

function factOf(row: JsonObject, catalog: VenueCatalog): WireFact {
  const [s, S, T, z, ap, q] = ['s', 'S', 'T', 'z', 'ap', 'q'].map((field) => textOf(row, field)) as [
    string, string, string, string, string, string,
  ]; // prettier-ignore
  const coinMargined = row.st === 2 || row.st === '2';
  return wireFact(
    {
      venue: 'binance',
      venueSymbol: s,
      identity: [s, S, T, z, ap],
      side: S === 'BUY' ? 'BUY' : 'SELL',
      quantity: positive(z) ? z : q,
      price: textOf(row, 'p'),
      ...(positive(ap) && { averagePrice: ap }),
      timeMs: Number(T),
      row: JSON.stringify(row),
    },
    catalog.get(s),
    !coinMargined,
  );
}

function positive(text: string): boolean {
  return isDecimal(text) && isPositive(parseDecimal(text));
}

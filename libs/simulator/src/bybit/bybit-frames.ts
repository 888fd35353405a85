import type { VenueCatalog } from '../catalog/venue-catalog.js';
import { asObject, parseJson, textOf } from '../server/json-reading.js';
import type { Broadcast, ForcedOrder } from '../server/venue-protocol.js';
import { orderSideOfPosition, wireFact } from '../server/wire-facts.js';
import type { WireFact } from '../truth-ledger.js';

/** Topic of a symbol's liquidations. */
export function liquidationTopic(venueSymbol: string): string {
  return `allLiquidation.${venueSymbol}`;
}

/** One frame per symbol with all its rows. `S` is the side of the position: Buy, a long was liquidated. */
export function composeBybit(orders: readonly ForcedOrder[], pushMs: number): readonly Broadcast[] {
  return [...Map.groupBy(orders, ({ venueSymbol }) => venueSymbol)].map(([venueSymbol, list]) => {
    const topic = liquidationTopic(venueSymbol);
    const data = list.map(({ timeMs, side, quantity, price }) => ({
      T: timeMs,
      s: venueSymbol,
      S: side === 'SELL' ? 'Buy' : 'Sell',
      v: quantity,
      p: price,
    }));
    return { topics: [topic], payload: JSON.stringify({ topic, type: 'snapshot', ts: pushMs, data }) };
  });
}

/** Every row of a frame; equal rows of one frame are different events and carry their ordinal. */
export function bybitFacts(text: string, catalog: VenueCatalog): readonly WireFact[] {
  if (!text.includes('"allLiquidation.')) return [];
  const frame = asObject(parseJson(text));
  const rows: readonly unknown[] = Array.isArray(frame?.data) ? frame.data : [];
  const seen = new Map<string, number>();
  return rows.flatMap((candidate) => {
    const row = asObject(candidate);
    if (!row) return [];
    const fields = ['s', 'S', 'T', 'v', 'p'].map((field) => textOf(row, field));
    const [s, S, T, v, p] = fields as [string, string, string, string, string];
    const ordinal = (seen.get(fields.join('|')) ?? -1) + 1;
    seen.set(fields.join('|'), ordinal);
    return [
      wireFact(
        {
          venue: 'bybit',
          venueSymbol: s,
          identity: [...fields, String(ordinal)],
          side: orderSideOfPosition(S),
          quantity: v,
          price: p,
          timeMs: Number(T),
          row: JSON.stringify(row),
        },
        catalog.get(s),
      ),
    ];
  });
}

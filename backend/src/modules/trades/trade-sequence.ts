import { type Trade } from '@orderfox/domain';
import { NewNumbering } from './new-numbering.js';

/** Ids of trades without numbers that are remembered: more than a venue sends at once, twice. */
const KEPT_IDS = 4_096;

/** What a trade is to those before it. */
export type Place =
  | { readonly kind: 'NEXT' }
  /** It came before: by another connection, or by REST. */
  | { readonly kind: 'KNOWN' }
  /** Those from `fromId` on, so many, have not come; undefined where the venue counts anew, so that nobody knows how many. */
  | { readonly kind: 'GAP'; readonly fromId?: number; readonly missing?: number };

const NEXT: Place = { kind: 'NEXT' };
const KNOWN: Place = { kind: 'KNOWN' };

/** Which trades of one market have come: tells new ones from those that come again, and knows what was left out. */
export class TradeSequence {
  #newest: number | undefined;
  readonly #numbering = new NewNumbering();
  /** In order of arrival. */
  readonly #ids = new Set<string>();

  /** Whether a trade has come. */
  get hasBegun(): boolean {
    return this.#newest !== undefined || this.#ids.size > 0;
  }

  /** Whether the venue counts its trades, so that what is left out is known. */
  get isNumbered(): boolean {
    return this.#newest !== undefined;
  }

  place(trade: Trade): Place {
    const { aggregateId, tradeId } = trade;
    if (aggregateId === undefined) return this.#ids.has(tradeId) ? KNOWN : NEXT;
    const newest = this.#newest ?? aggregateId - 1;
    if (aggregateId === newest + 1) return NEXT;
    if (aggregateId <= newest) {
      return this.#numbering.isOf(trade, aggregateId, newest) ? { kind: 'GAP' } : KNOWN;
    }
    return { kind: 'GAP', fromId: newest + 1, missing: aggregateId - newest - 1 };
  }

  /** It was told. */
  add(trade: Trade): void {
    const { aggregateId, tradeId } = trade;
    if (aggregateId !== undefined) {
      this.#newest = aggregateId;
      this.#numbering.goesOn(trade);
      return;
    }
    this.#ids.add(tradeId);
    const [oldest] = this.#ids;
    if (this.#ids.size > KEPT_IDS && oldest !== undefined) this.#ids.delete(oldest);
  }

  /** What is left out before this trade will not come any more. */
  skipTo({ aggregateId }: Trade): void {
    if (aggregateId !== undefined) this.#newest = aggregateId - 1;
  }
}

import { computed, DestroyRef, DOCUMENT, effect, inject, Injectable, signal } from '@angular/core';
import { type LiquidationFilter } from '@orderfox/client';

export type SideChoice = 'long' | 'short' | undefined;

/** What the page shows, as its address says it. Absent means all. */
export interface View {
  readonly symbol: string | undefined;
  /** Sorted; empty means all venues. */
  readonly venues: readonly string[];
  readonly side: SideChoice;
  /** Plain decimal string in USD. */
  readonly minUsd: string | undefined;
  /** Timeframe of the chart, such as `5m`; absent means the shortest. */
  readonly timeframe: string | undefined;
}

/** Reads the query part of an address; what is not understood counts as absent. */
export function readView(search: string): View {
  const parameters = new URLSearchParams(search);
  const symbol = parameters.get('symbol')?.toUpperCase() ?? '';
  const side = parameters.get('side')?.toLowerCase();
  const venues = (parameters.get('venues') ?? '').split(',').filter((venue) => /^[\w-]{1,40}$/.test(venue));
  return {
    symbol: /^[A-Z0-9]{2,40}$/.test(symbol) ? symbol : undefined,
    venues: [...new Set(venues)].sort(),
    side: side === 'long' || side === 'short' ? side : undefined,
    minUsd: readAmount(parameters.get('minUsd') ?? ''),
    timeframe: readTimeframe(parameters.get('tf') ?? ''),
  };
}

/** Writes a view as the query part of an address, empty when everything is shown. */
export function writeView(view: View): string {
  const parts = [
    view.symbol !== undefined && `symbol=${view.symbol}`,
    view.timeframe !== undefined && `tf=${view.timeframe}`,
    view.venues.length > 0 && `venues=${view.venues.join(',')}`,
    view.minUsd !== undefined && `minUsd=${view.minUsd}`,
    view.side !== undefined && `side=${view.side}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** A number of minutes, hours or days, one week or one calendar month; nothing for what is no timeframe. */
export function readTimeframe(text: string): string | undefined {
  return /^([1-9]\d{0,3}[mhd]|1w|1M)$/.test(text) ? text : undefined;
}

/** `10000`, `10,000`, `10k`, `1.5M` as a plain decimal; nothing for zero and for what is no amount. */
export function readAmount(text: string): string | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,6}))?([km])?$/i.exec(text.replaceAll(',', '').trim());
  if (match === null) return undefined;
  const [, whole = '', fraction = '', unit = ''] = match;
  const zeros = { k: 3, m: 6 }[unit.toLowerCase()] ?? 0;
  const shifted = fraction.padEnd(zeros, '0');
  const amount = BigInt(whole + shifted.slice(0, zeros));
  const rest = shifted.slice(zeros).replace(/0+$/, '');
  if (amount === 0n && rest === '') return undefined;
  return rest === '' ? String(amount) : `${amount}.${rest}`;
}

/** The view and the address of the page, kept equal: a link, a reload and the back button all show the same. */
@Injectable({ providedIn: 'root' })
export class PageAddress {
  readonly #window = inject(DOCUMENT).defaultView;
  readonly #view = signal<View>(readView(this.#window?.location.search ?? ''), { equal: sameView });

  readonly view = this.#view.asReadonly();
  readonly symbol = computed(() => this.#view().symbol);
  /** The venue that the page is filtered for, where it is one alone. */
  readonly onlyVenue = computed(() => {
    const { venues } = this.#view();
    return venues.length === 1 ? venues[0] : undefined;
  });
  readonly isFiltered = computed(
    () => writeView({ ...this.#view(), symbol: undefined, timeframe: undefined }) !== '',
  );

  /** The view as the API takes it. */
  readonly filter = computed<LiquidationFilter>(() => {
    const { symbol, venues, side, minUsd } = this.#view();
    return {
      ...(symbol !== undefined && { symbols: [symbol] }),
      ...(venues.length > 0 && { venues: [...venues] }),
      ...(side !== undefined && { liquidatedSide: side === 'long' ? ('LONG' as const) : ('SHORT' as const) }),
      ...(minUsd !== undefined && { minNotionalUsd: minUsd }),
    };
  });

  constructor() {
    const back = () => this.#view.set(readView(this.#window?.location.search ?? ''));
    this.#window?.addEventListener('popstate', back);
    inject(DestroyRef).onDestroy(() => this.#window?.removeEventListener('popstate', back));
    effect(() => {
      const location = this.#window?.location;
      if (location === undefined || writeView(readView(location.search)) === writeView(this.#view())) return;
      this.#window?.history.pushState(null, '', `${location.pathname}${writeView(this.#view())}`);
    });
  }

  /** Shows something else; what is not named stays. */
  change(change: Partial<View>): void {
    this.#view.update((view) => ({ ...view, ...change, venues: [...(change.venues ?? view.venues)].sort() }));
  }
}

function sameView(left: View, right: View): boolean {
  return writeView(left) === writeView(right);
}

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { PageAddress } from '../../core/page-address.js';
import { Shortcuts } from '../../core/shortcuts.js';
import { VenueStore } from '../venues/venue-store.js';
import { matchSymbols } from './symbol-match.js';
import { SymbolStore } from './symbol-store.js';

/** More than a person reads; typing one more letter shortens the list better than scrolling. */
const MOST_OPTIONS = 60;

/** One line of the list. Without `id` it stands for all symbols. */
interface Option {
  readonly id: string | undefined;
  readonly name: string;
  readonly detail: string;
  readonly volume: string;
}

const ALL: Option = { id: undefined, name: 'All symbols', detail: 'every market of every venue', volume: '' };

/** Chooses what the page shows: type part of a coin or of any venue's name for it, arrows, Enter. */
@Component({
  selector: 'of-symbol-search',
  templateUrl: './symbol-search.html',
  host: { class: 'symbol-search' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SymbolSearch {
  readonly #address = inject(PageAddress);
  readonly #venues = inject(VenueStore);
  protected readonly store = inject(SymbolStore);

  protected readonly input = viewChild.required<ElementRef<HTMLInputElement>>('input');
  protected readonly list = viewChild<ElementRef<HTMLElement>>('list');
  protected readonly typed = signal('');
  protected readonly isOpen = signal(false);
  protected readonly activeIndex = signal(0);

  protected readonly selected = computed(() => this.#address.symbol() ?? ALL.name);
  protected readonly options = computed<readonly Option[]>(() => {
    const typed = this.typed().trim();
    const found = matchSymbols(this.store.symbols(), typed, MOST_OPTIONS).map(
      ({ id, uiName, markets, volume24hFormatted }) => ({
        id,
        name: uiName,
        detail: [...new Set(markets.map(({ venue }) => this.#venues.nameOf(venue)))].join(' · '),
        volume: volume24hFormatted ?? '',
      }),
    );
    return typed === '' || ALL.name.toLowerCase().startsWith(typed.toLowerCase()) ? [ALL, ...found] : found;
  });
  protected readonly activeOption = computed(() => this.options()[this.activeIndex()]);

  constructor() {
    const run = () => this.input().nativeElement.focus();
    inject(Shortcuts).register({ key: '/', label: 'Search a symbol', run }, inject(DestroyRef));
    effect(() => {
      const option = this.list()?.nativeElement.children[this.activeIndex()];
      option?.scrollIntoView({ block: 'nearest' });
    });
  }

  protected open(): void {
    if (this.isOpen()) return;
    // What is typed next replaces the name that stands there, however fast it is typed.
    this.input().nativeElement.select();
    this.typed.set('');
    this.isOpen.set(true);
    const current = this.options().findIndex(({ id }) => id === this.#address.symbol());
    this.activeIndex.set(Math.max(0, current));
  }

  protected type(text: string): void {
    this.open();
    this.typed.set(text);
    this.activeIndex.set(0);
  }

  protected choose(option: Option | undefined): void {
    if (option === undefined) return;
    this.#address.change({ symbol: option.id });
    this.close();
    this.input().nativeElement.blur();
  }

  protected close(): void {
    this.isOpen.set(false);
    this.typed.set('');
  }

  protected press(event: KeyboardEvent): void {
    const last = this.options().length - 1;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () =>
        this.isOpen() ? this.activeIndex.update((at) => (at >= last ? 0 : at + 1)) : this.open(),
      ArrowUp: () =>
        this.isOpen() ? this.activeIndex.update((at) => (at <= 0 ? last : at - 1)) : this.open(),
      Home: () => this.activeIndex.set(0),
      End: () => this.activeIndex.set(last),
      Enter: () => this.isOpen() && this.choose(this.activeOption()),
      Escape: () => {
        this.close();
        this.input().nativeElement.blur();
      },
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  }

  protected optionId(index: number): string {
    return `symbol-option-${index}`;
  }
}

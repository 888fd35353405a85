import { computed, DestroyRef, DOCUMENT, inject, signal, type Signal } from '@angular/core';
import { Settings } from '../../core/settings.js';
import { ChosenParts } from './chart-choices.js';
import { mediaQuery, readColours, REDUCED_MOTION, watchColours, type ChartColours } from './chart-colours.js';
import { type ChartLook } from './chart-drawing.js';
import { ChartStore } from './chart-store.js';
import { digitsOf } from './series-maths.js';

/** The newest prices tell how many digits a market has that does not say so itself. */
const PRICES_FOR_DIGITS = 50;

/** How the chart is to be drawn now: what the viewer chose, in the colours of the page, with the digits of the market. */
export class ChartLooks {
  readonly #document = inject(DOCUMENT);
  readonly #destroyRef = inject(DestroyRef);
  readonly #zone = inject(Settings).zone;
  readonly #parts = inject(ChosenParts);
  readonly #store = inject(ChartStore);
  readonly #colours = signal<ChartColours | undefined>(undefined);

  readonly #guessedDigits = computed(() =>
    digitsOf(
      this.#store
        .content()
        .candles.slice(-PRICES_FOR_DIGITS)
        .map(({ close }) => close),
    ),
  );
  /** The newest candle that is loaded has not the last price where only a time further back is loaded. */
  readonly #choices = computed(() => {
    const choices = this.#parts.choices();
    return { ...choices, priceLine: choices.priceLine && this.#store.isAtPresent() };
  });
  /** Undefined until the colours were read. */
  readonly look: Signal<ChartLook | undefined> = computed(() => {
    const colours = this.#colours();
    if (colours === undefined) return undefined;
    const market = this.#store.market();
    const precision = market?.precision ?? this.#guessedDigits();
    return {
      colours,
      choices: this.#choices(),
      shares: this.#parts.shares(),
      zone: this.#zone(),
      precision,
      minMove: market?.minMove ?? 10 ** -precision,
      isMotionReduced: mediaQuery(this.#document, REDUCED_MOTION)?.matches === true,
    };
  });

  /** Reads the colours at an element of the page, now and whenever they change. */
  readFrom(element: HTMLElement): void {
    const read = () => this.#colours.set(readColours(element));
    read();
    this.#destroyRef.onDestroy(watchColours(this.#document, read));
  }
}

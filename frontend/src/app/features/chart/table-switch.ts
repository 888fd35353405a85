import { afterNextRender, DOCUMENT, inject, Injector, signal } from '@angular/core';
import { type BucketSpan } from './chart-drawing.js';

/** Whether the chart or its table is shown, and who had the focus before. */
export class TableSwitch {
  readonly #document = inject(DOCUMENT);
  readonly #injector = inject(Injector);
  readonly #span = signal<BucketSpan | undefined>(undefined);
  readonly #focusMs = signal<number | undefined>(undefined);
  #before: Element | null = null;

  /** The bars that the table lists; undefined while the chart is shown. */
  readonly span = this.#span.asReadonly();
  /** The bar that was pointed at when the table was opened. */
  readonly focusMs = this.#focusMs.asReadonly();

  open(span: BucketSpan, focusMs: number | undefined): void {
    this.#before = this.#document.activeElement;
    this.#focusMs.set(focusMs);
    this.#span.set(span);
  }

  /** Shows the chart again. A focus that goes with the table returns to what had it before. */
  close(): void {
    const before = this.#before;
    this.#before = null;
    this.#span.set(undefined);
    if (!(before instanceof HTMLElement)) return;
    const restore = () => {
      if (this.#document.activeElement === this.#document.body) before.focus();
    };
    // The chart takes no focus before it is shown.
    afterNextRender({ write: restore }, { injector: this.#injector });
  }
}

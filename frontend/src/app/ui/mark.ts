import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** What a mark can be; `up` is a forced purchase and `down` a forced sale wherever they stand for a side. */
export type MarkKind = 'up' | 'down' | 'cross' | 'check' | 'plus';

/** Corners of each mark in a square of 10 by 10, y downwards. */
const CORNERS: Readonly<Record<MarkKind, string>> = {
  up: '5,1 9.6,9 0.4,9',
  down: '0.4,1 9.6,1 5,9',
  cross: '1,2.3 2.3,1 5,3.7 7.7,1 9,2.3 6.3,5 9,7.7 7.7,9 5,6.3 2.3,9 1,7.7 3.7,5',
  check: '0.6,5.5 1.9,4.2 3.9,6.2 8.1,1.6 9.4,2.8 4,8.8',
  plus: '4.2,1 5.8,1 5.8,4.2 9,4.2 9,5.8 5.8,5.8 5.8,9 4.2,9 4.2,5.8 1,5.8 1,4.2 4.2,4.2',
};

/**
 * A small sign in the size and colour of the text around it. Drawn, because fonts without such characters show empty
 * boxes. It is hidden from screen readers: words beside it must say the same.
 */
@Component({
  selector: 'of-mark',
  template: `<svg viewBox="0 0 10 10"><polygon [attr.points]="corners()" /></svg>`,
  host: { class: 'mark', 'aria-hidden': 'true', '[attr.data-kind]': 'kind()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Mark {
  readonly kind = input.required<MarkKind>();
  protected readonly corners = computed(() => CORNERS[this.kind()]);
}

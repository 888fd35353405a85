import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Copier } from '../../core/copier.js';
import { GridKeys } from '../liquidation-table/grid-keys.js';
import { type ColumnWidths, type LevelView } from './book-view.js';

/** One side of a book, the best level first. Bids are mirrored, so that both prices meet in the middle. */
@Component({
  selector: 'of-book-side',
  imports: [GridKeys],
  templateUrl: './book-side.html',
  host: { class: 'book-side', '[attr.data-side]': 'side()', '[style.--columns]': 'columns()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class BookSide {
  protected readonly copier = inject(Copier);
  readonly side = input.required<'bids' | 'asks'>();
  readonly rows = input.required<readonly LevelView[]>();
  readonly widths = input.required<ColumnWidths>();
  /** What is traded and what prices are in; empty while it is not known. */
  readonly baseAsset = input.required<string>();
  readonly quoteAsset = input.required<string>();

  protected readonly columns = computed(() => {
    const { price, quantity, total } = this.widths();
    const columns = [price, quantity, total].map((width) => `minmax(0, ${width}fr)`);
    return (this.side() === 'bids' ? columns.reverse() : columns).join(' ');
  });
  protected readonly name = computed(() => (this.side() === 'bids' ? 'Bids' : 'Asks'));
  protected readonly label = computed(() =>
    this.side() === 'bids' ? 'Bids, the highest first' : 'Asks, the lowest first',
  );
}

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DOCUMENT,
  ElementRef,
  inject,
  input,
  output,
  untracked,
} from '@angular/core';
import { Copier } from '../../core/copier.js';
import { groupText } from '../../core/exact-sum.js';
import { Now } from '../../core/now.js';
import { Settings } from '../../core/settings.js';
import { GridKeys } from '../liquidation-table/grid-keys.js';
import { barCsv, barRows, FLOW_COLUMNS, VALUE_COLUMNS, type RowQuality } from './bar-rows.js';
import { type BucketSpan } from './chart-drawing.js';
import { ChartStore } from './chart-store.js';
import { FlowStore } from './flow-store.js';

/** No more rows than this stand in the page at a time. */
const MOST_ROWS = 300;

const QUALITY: Readonly<Record<RowQuality, { readonly text: string; readonly hint: string }>> = {
  exact: { text: 'exact', hint: 'Every liquidation of the venues is in the sums' },
  floor: {
    text: 'a floor',
    hint: 'What was heard is in the sums; a venue among them samples, or does not say what it leaves out: it was at least this much',
  },
  incomplete: {
    text: 'incomplete',
    hint: 'A feed was interrupted within this bar: liquidations are missing from the sums, nobody knows how many',
  },
  none: { text: 'none', hint: 'No liquidation was heard, and the feeds were up' },
  'not known': { text: 'not known', hint: 'Not recorded, or not read: neither none nor zero' },
};

/** The bars in view as a table: all that the chart shows, to the last digit. */
@Component({
  selector: 'of-bar-table',
  imports: [GridKeys],
  templateUrl: './bar-table.html',
  host: {
    class: 'bar-table',
    role: 'region',
    'aria-labelledby': 'bar-table-title',
    '(keydown.escape)': 'closed.emit()',
  },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class BarTable {
  readonly #element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  readonly #document = inject(DOCUMENT);
  readonly #zone = inject(Settings).zone;
  readonly #now = inject(Now);
  readonly #flow = inject(FlowStore);
  protected readonly store = inject(ChartStore);
  protected readonly copier = inject(Copier);

  /** The bars to list; a last one at infinity lets new bars come in. */
  readonly span = input.required<BucketSpan>();
  /** The bar whose row has the focus at first; the newest where it is none of them. */
  readonly focusMs = input<number>();
  readonly closed = output();

  protected readonly qualities = Object.values(QUALITY);
  readonly #columns = computed(() =>
    this.#flow.isWanted() ? [...VALUE_COLUMNS, ...FLOW_COLUMNS] : VALUE_COLUMNS,
  );
  protected readonly columns = computed(() => {
    const { baseAsset } = this.store.market() ?? {};
    return this.#columns().map(([column, name]) => ({
      column,
      name: column === 'volume' && baseAsset !== undefined ? `${name}, ${baseAsset}` : name,
    }));
  });

  /** Renewed once a second: nobody reads faster. */
  readonly #found = computed(() => {
    this.#now.viewerMs();
    const [span, zone] = [this.span(), this.#zone()];
    return untracked(() =>
      barRows(
        this.store.content(),
        { span, zone, limit: MOST_ROWS, unreadBeforeMs: this.#unreadBeforeMs() },
        this.#flow.isWanted() ? this.#flow.content() : undefined,
      ),
    );
  });
  protected readonly rows = computed(() =>
    this.#found().rows.map((row) => ({
      ...row,
      ...QUALITY[row.quality],
      cells: this.#columns().map(([column]) => {
        const exact = row[column];
        return { column, exact, shown: exact === undefined ? '–' : groupText(exact) };
      }),
    })),
  );
  protected readonly countText = computed(() => {
    const [count, { total }] = [this.rows().length, this.#found()];
    return count < total ? `the newest ${count} of ${total} in view` : `${count} in view`;
  });
  protected readonly firstFocus = computed(() => {
    const rows = this.rows();
    return rows.find(({ startMs }) => startMs === this.focusMs())?.startMs ?? rows[0]?.startMs;
  });

  constructor() {
    afterNextRender(() => {
      this.#element.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]')?.focus();
    });
  }

  protected save(): void {
    const rows = this.#found().rows;
    const name = `${this.store.symbol() ?? 'bars'}-${this.store.timeframe()}-${rows.at(-1)?.iso ?? ''}.csv`;
    const url = URL.createObjectURL(new Blob([barCsv(rows)], { type: 'text/csv;charset=utf-8' }));
    const link = this.#document.createElement('a');
    link.href = url;
    link.download = name.replaceAll(':', '');
    link.click();
    URL.revokeObjectURL(url);
  }

  /** Where liquidations could not be read, their absence says nothing. */
  #unreadBeforeMs(): number {
    const parts = this.store.troubles().map(({ what }) => what);
    if (parts.includes('liquidations')) return Infinity;
    const oldest = this.store.content().buckets[0]?.startMs;
    return parts.includes('older-liquidations') ? (oldest ?? Infinity) : -Infinity;
  }
}

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { PageAddress } from '../../core/page-address.js';
import { Shortcuts } from '../../core/shortcuts.js';
import { ChartStore } from './chart-store.js';
import { CHART_TIMEFRAMES, DEFAULT_TIMEFRAME } from './timeframes.js';
import { TIMEFRAME_HINT, typedTimeframe } from './typed-timeframe.js';

/** Keys for timeframes; there are more timeframes than keys. */
const KEYS = 7;

/** The length of a bucket: one of those with a button, or any other that is typed. */
@Component({
  selector: 'of-timeframe-choice',
  template: `
    <span class="segments" role="group" aria-label="Timeframe">
      @for (entry of timeframes; track entry; let index = $index) {
        <button
          type="button"
          class="segment number"
          [attr.aria-pressed]="timeframe() === entry"
          [title]="index < keys ? entry + ' (key ' + (index + 1) + ')' : entry"
          (click)="choose(entry)"
        >
          {{ entry }}
        </button>
      }
    </span>
    <input
      #field
      class="filter-amount chart-other number"
      type="text"
      autocomplete="off"
      spellcheck="false"
      maxlength="8"
      placeholder="other"
      aria-label="Other timeframe, such as 7m"
      [title]="hint + ' (key ,)'"
      [class.in-use]="other() !== ''"
      [attr.aria-invalid]="refused() ? true : null"
      [attr.aria-describedby]="refused() ? 'timeframe-refused' : null"
      [value]="other()"
      (input)="refused.set(false)"
      (change)="take()"
      (keydown.enter)="take()"
      (keydown.escape)="restore()"
    />
    @if (refused()) {
      <span id="timeframe-refused" class="chart-refused" role="alert">{{ hint }}</span>
    }
  `,
  host: { class: 'timeframe-choice' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TimeframeChoice {
  readonly #address = inject(PageAddress);
  protected readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  protected readonly timeframes = CHART_TIMEFRAMES;
  protected readonly keys = KEYS;
  protected readonly hint = TIMEFRAME_HINT;
  protected readonly refused = signal(false);
  protected readonly timeframe = inject(ChartStore).timeframe;
  /** The timeframe in use where none of the buttons stands for it. */
  protected readonly other = computed(() => {
    const timeframe = this.timeframe();
    return CHART_TIMEFRAMES.some((entry) => entry === timeframe) ? '' : timeframe;
  });

  constructor() {
    const shortcuts = inject(Shortcuts);
    const destroyRef = inject(DestroyRef);
    CHART_TIMEFRAMES.slice(0, KEYS).forEach((timeframe, index) => {
      const run = () => this.choose(timeframe);
      shortcuts.register({ key: String(index + 1), label: `Chart of ${timeframe}`, run }, destroyRef);
    });
    const run = () => {
      const field = this.field().nativeElement;
      field.focus();
      field.select();
    };
    shortcuts.register({ key: ',', label: 'Chart of another timeframe', run }, destroyRef);
  }

  protected choose(timeframe: string): void {
    this.#address.change({ timeframe: timeframe === DEFAULT_TIMEFRAME ? undefined : timeframe });
    this.restore();
  }

  /** Takes what was typed; nothing typed changes nothing. */
  protected take(): void {
    const text = this.field().nativeElement.value;
    const timeframe = typedTimeframe(text);
    if (timeframe !== undefined) this.choose(timeframe);
    else if (text.trim() === '') this.restore();
    else this.refused.set(true);
  }

  protected restore(): void {
    this.refused.set(false);
    this.field().nativeElement.value = this.other();
  }
}

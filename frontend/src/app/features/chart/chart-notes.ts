import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Now } from '../../core/now.js';
import { Settings } from '../../core/settings.js';
import { ageText, clockText, zoneName } from '../../core/time-text.js';
import { ChartStore } from './chart-store.js';
import { type ChartPart } from './chart-troubles.js';
import { FlowStore } from './flow-store.js';

const WHAT: Readonly<Record<ChartPart, string>> = {
  prices: 'Prices cannot be read',
  'older-prices': 'Older prices cannot be read',
  'live-prices': 'Prices do not come in',
  liquidations: 'Liquidations cannot be read',
  'older-liquidations': 'Older liquidations cannot be read',
  'live-liquidations': 'Liquidations do not come in',
  gaps: 'Gaps of the feeds cannot be read',
  takers: 'Trades of the past cannot be read',
  'live-takers': 'Sums of trades do not come in',
};

/** What of the chart does not work, since when and why, with a way to try it again. Nothing while all works. */
@Component({
  selector: 'of-chart-notes',
  template: `
    <div class="chart-notes" [class.pane-note]="notes().length > 0">
      <ul role="status">
        @for (note of notes(); track note.what) {
          <li>
            <strong>{{ note.words }}</strong> since <span class="number">{{ note.since }}</span><span
              class="number"
              aria-hidden="true"
            >
              ({{ note.age }})</span
            >: {{ note.text }}
            @if (!note.isFinal) {
              <span>It is tried again by itself.</span>
            }
          </li>
        }
      </ul>
      @if (notes().length > 0) {
        <button type="button" class="button" (click)="retry()">Try again</button>
      }
    </div>
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChartNotes {
  readonly #now = inject(Now);
  readonly #zone = inject(Settings).zone;
  readonly #store = inject(ChartStore);
  readonly #flow = inject(FlowStore);
  protected readonly notes = computed(() => {
    const zone = this.#zone();
    return [...this.#store.troubles(), ...this.#flow.troubles()].map((trouble) => ({
      ...trouble,
      text: /[.!?]$/.test(trouble.text) ? trouble.text : `${trouble.text}.`,
      words: WHAT[trouble.what],
      since: `${clockText(trouble.sinceMs, zone)} ${zoneName(trouble.sinceMs, zone)}`,
      age: ageText(this.#now.viewerMs() - trouble.sinceMs),
    }));
  });

  protected retry(): void {
    this.#store.retry();
    this.#flow.retry();
  }
}

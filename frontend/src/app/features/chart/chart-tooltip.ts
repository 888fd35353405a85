import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { Mark } from '../../ui/mark.js';
import { type TooltipView } from './tooltip-text.js';

/** What is known of the bar that is pointed at. The table of bars has the exact values of it. */
@Component({
  selector: 'of-chart-tooltip',
  imports: [Mark],
  template: `
    <p class="tooltip-time number">{{ view().time }}</p>
    @for (lines of [view().lines, view().flow, view().prices]; track $index) {
      @if (lines.length > 0) {
        <dl class="tooltip-lines">
          @for (line of lines; track line.label) {
            <dt>
              @if (line.mark; as mark) {
                <of-mark
                  [kind]="mark"
                  [class.bid-price]="mark === 'up'"
                  [class.ask-price]="mark === 'down'"
                />
              }
              {{ line.label }}
            </dt>
            <dd class="number">
              {{ line.text }}
              @if (line.detail) {
                <small>{{ line.detail }}</small>
              }
            </dd>
          }
        </dl>
      }
    }
  `,
  host: { class: 'chart-tooltip', 'aria-hidden': 'true' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChartTooltip {
  readonly view = input.required<TooltipView>();
}

import { ChangeDetectionStrategy, Component, type ElementRef, inject, viewChild } from '@angular/core';
import { Shortcuts } from '../../core/shortcuts.js';
import { Mark } from '../../ui/mark.js';

/** The keys of the page and how to read it. */
@Component({
  selector: 'of-help-dialog',
  imports: [Mark],
  template: `
    <dialog #dialog class="help" aria-labelledby="help-title">
      <h2 id="help-title" class="panel-title">How to read and steer this page</h2>
      <dl class="help-keys">
        @for (shortcut of shortcuts.all(); track shortcut.key) {
          <dt>
            <kbd>{{ shortcut.key === ' ' ? 'Space' : shortcut.key }}</kbd>
          </dt>
          <dd>{{ shortcut.label }}</dd>
        }
        <dt><kbd>Arrows</kbd></dt>
        <dd>Move through the table; Enter copies the exact value, as does a click</dd>
        <dt><kbd>Arrows</kbd> <kbd>+</kbd> <kbd>-</kbd></dt>
        <dd>
          In the chart: point at the next bar, with Shift at the tenth; zoom. Home and End go to its ends,
          Enter lists its bars, Shift with up and down gives liquidations more or less of it
        </dd>
      </dl>
      <ul class="help-notes">
        <li>
          <b class="ask-price"><of-mark kind="down" /> LONG</b> a long position was liquidated: a forced sale
          hit the market.
        </li>
        <li>
          <b class="bid-price"><of-mark kind="up" /> SHORT</b> a short position was liquidated: a forced
          purchase hit the market.
        </li>
        <li>
          USD is quantity times the price that the venue's data allows; point at a price to see which one.
        </li>
        <li>The bar grows by one fifth with every further digit: 1,000, 10,000, 100,000 and so on.</li>
        <li>The address of the page holds symbol and filters: copy it to share exactly this view.</li>
      </ul>
      <form method="dialog"><button class="button">Close</button></form>
    </dialog>
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class HelpDialog {
  protected readonly shortcuts = inject(Shortcuts);
  protected readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  show(): void {
    this.dialog().nativeElement.showModal();
  }
}

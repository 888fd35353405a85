import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';

let popups = 0;

/** A button that opens a panel below it. Escape and a press elsewhere close it; Escape gives the focus back. */
@Component({
  selector: 'of-popup',
  template: `
    <button
      #button
      type="button"
      class="popup-button"
      aria-haspopup="dialog"
      [attr.aria-expanded]="isOpen()"
      [attr.aria-controls]="isOpen() ? id : null"
      [attr.aria-label]="buttonLabel()"
      [title]="hint()"
      (click)="isOpen.set(!isOpen())"
    >
      <ng-content select="[popupLabel]" />
    </button>
    @if (isOpen()) {
      <div class="popup-panel" role="dialog" [id]="id" [attr.aria-label]="panelLabel()">
        <ng-content />
      </div>
    }
  `,
  host: {
    class: 'popup',
    '(document:pointerdown)': 'closeUnlessInside($event)',
    '(keydown.escape)': 'close()',
  },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Popup {
  readonly #element = inject<ElementRef<HTMLElement>>(ElementRef);
  /** Name of the panel for those who cannot see it. */
  readonly panelLabel = input.required<string>();
  /** Name of the button, where what it shows does not say it. */
  readonly buttonLabel = input<string | null>(null);
  readonly hint = input('');

  protected readonly button = viewChild.required<ElementRef<HTMLButtonElement>>('button');
  protected readonly id = `popup-${++popups}`;
  protected readonly isOpen = signal(false);

  protected close(): void {
    if (!this.isOpen()) return;
    this.isOpen.set(false);
    this.button().nativeElement.focus();
  }

  protected closeUnlessInside(event: Event): void {
    if (event.target instanceof Node && !this.#element.nativeElement.contains(event.target))
      this.isOpen.set(false);
  }
}

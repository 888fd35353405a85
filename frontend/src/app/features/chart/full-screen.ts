import { type DestroyRef, signal } from '@angular/core';

/** One element of the page on the whole screen, as long as the viewer wants it. */
export class FullScreen {
  readonly #isOn = signal(false);
  readonly isOn = this.#isOn.asReadonly();

  constructor(
    private readonly element: HTMLElement,
    owner: DestroyRef,
  ) {
    const { ownerDocument } = element;
    const look = () => this.#isOn.set(ownerDocument.fullscreenElement === element);
    ownerDocument.addEventListener('fullscreenchange', look);
    owner.onDestroy(() => ownerDocument.removeEventListener('fullscreenchange', look));
  }

  /** Where the browser forbids it, everything stays as it is. */
  toggle(): void {
    const isPossible = typeof this.element.requestFullscreen === 'function';
    if (!isPossible) return;
    const change = this.#isOn()
      ? this.element.ownerDocument.exitFullscreen()
      : this.element.requestFullscreen();
    change.catch(() => undefined);
  }
}

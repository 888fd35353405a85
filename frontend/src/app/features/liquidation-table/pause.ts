import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { Shortcuts } from '../../core/shortcuts.js';

/** Whether moving content stands still: by the viewer's wish, or while it is pointed at or read with the keyboard. */
@Injectable({ providedIn: 'root' })
export class Pause {
  readonly wished = signal(false);
  readonly pointedAt = signal(false);
  readonly focused = signal(false);
  readonly isPaused = computed(() => this.wished() || this.pointedAt() || this.focused());

  constructor() {
    const run = () => this.toggle();
    inject(Shortcuts).register({ key: ' ', label: 'Pause or go on', run }, inject(DestroyRef));
  }

  toggle(): void {
    this.wished.update((wished) => !wished);
  }
}

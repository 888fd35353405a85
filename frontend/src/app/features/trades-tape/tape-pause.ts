import { computed, inject, Injectable, signal } from '@angular/core';
import { Pause } from '../liquidation-table/pause.js';

/** Whether the tape of trades stands still: by the viewer's wish, for it alone or for the page, or while it is read. */
@Injectable({ providedIn: 'root' })
export class TapePause {
  readonly #page = inject(Pause);
  readonly wished = signal(false);
  readonly pointedAt = signal(false);
  readonly focused = signal(false);
  readonly isPaused = computed(
    () => this.wished() || this.#page.wished() || this.pointedAt() || this.focused(),
  );

  toggle(): void {
    this.wished.update((wished) => !wished);
  }
}

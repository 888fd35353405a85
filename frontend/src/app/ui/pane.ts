import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { Now } from '../core/now.js';
import { Settings } from '../core/settings.js';
import { ageText, clockText, zoneName } from '../core/time-text.js';
import { Mark } from './mark.js';

/**
 * What a pane has to show. `empty` says why and what would fill it, `error` what went wrong and since when (epoch
 * milliseconds of the viewer's clock), `stale` why its content may be old.
 */
export type PaneState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'empty'; readonly title: string; readonly detail: string }
  | { readonly kind: 'error'; readonly what: string; readonly sinceMs: number }
  | { readonly kind: 'stale'; readonly why: string; readonly sinceMs: number };

/** The frame of every pane: one place for loading, empty, error, stale and simulated. */
@Component({
  selector: 'of-pane',
  imports: [Mark],
  templateUrl: './pane.html',
  host: {
    class: 'pane',
    '[attr.data-state]': 'state().kind',
    '[attr.aria-busy]': "state().kind === 'loading'",
  },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Pane {
  readonly #now = inject(Now);
  readonly #zone = inject(Settings).zone;

  readonly state = input.required<PaneState>();
  readonly simulated = input(false);
  /** The viewer wants it to be tried again now. */
  readonly retry = output();

  protected readonly hasContent = computed(() => ['ready', 'stale'].includes(this.state().kind));
  protected readonly since = computed(() => {
    const state = this.state();
    if (!('sinceMs' in state)) return '';
    const at = `${clockText(state.sinceMs, this.#zone())} ${zoneName(state.sinceMs, this.#zone())}`;
    return `since ${at}, ${ageText(this.#now.viewerMs() - state.sinceMs)}`;
  });
}

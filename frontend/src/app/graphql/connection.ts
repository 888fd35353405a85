import { computed, DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { Now } from '../core/now.js';
import { CLIENT } from './client.js';

const HICCUP_MS = 1_000;

/** State of the socket as the page shows it. */
@Injectable({ providedIn: 'root' })
export class Connection {
  readonly #client = inject(CLIENT);
  readonly #now = inject(Now);
  readonly #status = signal(this.#client.status);

  readonly status = this.#status.asReadonly();
  readonly isConnected = computed(() => this.#status().state === 'connected');
  readonly word = computed(() => (this.isConnected() ? 'Connected' : 'Disconnected'));

  /**
   * Since when nothing can be known any more, epoch milliseconds of the viewer's clock; undefined while connected, and
   * for the first second, since a word to the viewer must not come and go with every hiccup of a network.
   */
  readonly lostSinceMs = computed(() => {
    const { state, sinceMs } = this.#status();
    if (state === 'connected' || state === 'idle') return undefined;
    return this.#now.viewerMs() - sinceMs >= HICCUP_MS ? sinceMs : undefined;
  });

  /** A sentence about a connection that is not there; nothing while it is. */
  readonly trouble = computed(() => {
    const { state, reason, failures } = this.#status();
    if (state === 'connected' || state === 'idle') return undefined;
    if (state === 'closed') return reason ?? 'The server refuses this page.';
    const why = reason === undefined ? '' : ` (${reason})`;
    const what = state === 'connecting' ? 'Connecting to the server' : `Connection to the server lost${why}`;
    return failures > 1 ? `${what}, attempt ${failures}.` : `${what}, trying again.`;
  });

  constructor() {
    const destroyRef = inject(DestroyRef);
    destroyRef.onDestroy(this.#client.watchStatus((status) => this.#status.set(status)));
    const window = inject(DOCUMENT).defaultView;
    const online = () => this.#client.retryNow();
    window?.addEventListener('online', online);
    destroyRef.onDestroy(() => window?.removeEventListener('online', online));
  }
}

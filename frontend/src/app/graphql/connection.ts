import { computed, DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { CLIENT } from './client.js';

/** State of the socket as the page shows it. */
@Injectable({ providedIn: 'root' })
export class Connection {
  readonly #client = inject(CLIENT);
  readonly #status = signal(this.#client.status);

  readonly status = this.#status.asReadonly();
  readonly isConnected = computed(() => this.#status().state === 'connected');
  readonly word = computed(() => (this.isConnected() ? 'Connected' : 'Disconnected'));

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

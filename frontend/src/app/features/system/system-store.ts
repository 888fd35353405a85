import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { SystemDocument, type SystemQuery } from '@orderfox/client';
import { injectClock } from '../../core/clock.js';
import { Now } from '../../core/now.js';
import { CLIENT } from '../../graphql/client.js';
import { Attempts } from '../../graphql/attempts.js';

/** The server's clock and storage are looked at again this often. */
const RENEW_MS = 15_000;

const STORAGE_TROUBLE: Readonly<Record<SystemQuery['system']['recorder'], string | undefined>> = {
  RECORDING: undefined,
  BUFFERING: 'The database is away: liquidations wait in memory and are shown once they are stored.',
  SPOOLING: 'The database is away: liquidations wait on the disk and are shown once they are stored.',
  FULL: 'The database is away and no room is left to wait in: liquidations are being lost.',
};

/** What the server says of itself: version, whether its data is simulated, and its clock. */
@Injectable({ providedIn: 'root' })
export class SystemStore {
  readonly #client = inject(CLIENT);
  readonly #clock = injectClock();
  readonly #now = inject(Now);
  readonly #system = signal<SystemQuery['system'] | undefined>(undefined);

  /** True once the server said that what it shows comes from a simulator. */
  readonly simulated = computed(() => this.#system()?.simulated === true);
  readonly version = computed(() => this.#system()?.version);
  /** A sentence while what arrives cannot be stored as usual, and so is not shown; nothing else. */
  readonly storageTrouble = computed(() => STORAGE_TROUBLE[this.#system()?.recorder ?? 'RECORDING']);

  constructor() {
    const attempts = new Attempts(this.#clock);
    inject(DestroyRef).onDestroy(() => attempts.end());
    void attempts.repeat(RENEW_MS, () => this.#ask());
  }

  async #ask(): Promise<void> {
    const asked = this.#clock.nowMs();
    const { system } = await this.#client.query(SystemDocument);
    this.#now.synchronise(system.now, asked, this.#clock.nowMs());
    this.#system.set(system);
  }
}

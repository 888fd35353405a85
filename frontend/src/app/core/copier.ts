import { DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { injectClock } from './clock.js';

const SHOWN_MS = 2_000;

/** Copies exact values and says for a moment that it did. */
@Injectable({ providedIn: 'root' })
export class Copier {
  readonly #document = inject(DOCUMENT);
  readonly #clock = injectClock();
  readonly #message = signal('');
  #cancel: (() => void) | undefined;

  /** What was copied just now; empty after two seconds. */
  readonly message = this.#message.asReadonly();

  async copy(value: string): Promise<void> {
    this.#say((await this.#write(value)) ? `Copied ${value}` : `Cannot copy here: ${value}`);
  }

  /** The clipboard is there only on secure pages; where it is not, the page says the value instead. */
  async #write(value: string): Promise<boolean> {
    const clipboard = this.#document.defaultView?.navigator.clipboard;
    try {
      await clipboard?.writeText(value);
      return clipboard !== undefined;
    } catch {
      return false;
    }
  }

  #say(message: string): void {
    this.#cancel?.();
    this.#message.set(message);
    this.#cancel = this.#clock.after(SHOWN_MS, () => this.#message.set(''));
  }
}

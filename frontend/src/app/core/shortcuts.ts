import { DestroyRef, DOCUMENT, inject, Injectable } from '@angular/core';
import { Settings } from './settings.js';

/** One key and what it does, as the help lists it. */
export interface Shortcut {
  readonly key: string;
  readonly label: string;
  readonly run: () => void;
}

/** Elements that have a use of their own for keys. */
const TYPING = 'input, textarea, select, [contenteditable]';
const PRESSING = 'button, a, summary, [role="option"]';

/** Single keys that act anywhere on the page, except while something is typed, and not at all once switched off. */
@Injectable({ providedIn: 'root' })
export class Shortcuts {
  readonly #settings = inject(Settings);
  readonly #shortcuts = new Map<string, Shortcut>();

  constructor() {
    const document = inject(DOCUMENT);
    const listen = (event: KeyboardEvent) => this.#press(event);
    document.addEventListener('keydown', listen);
    inject(DestroyRef).onDestroy(() => document.removeEventListener('keydown', listen));
  }

  /** Adds a key for as long as the caller lives. */
  register(shortcut: Shortcut, owner: DestroyRef): void {
    this.#shortcuts.set(shortcut.key, shortcut);
    owner.onDestroy(() => this.#shortcuts.delete(shortcut.key));
  }

  /** Every key there is. */
  all(): readonly Shortcut[] {
    return [...this.#shortcuts.values()];
  }

  #press(event: KeyboardEvent): void {
    if (!this.#settings.shortcuts() || event.ctrlKey || event.metaKey || event.altKey) return;
    const isWithin = (selector: string) =>
      event.target instanceof Element && event.target.closest(selector) !== null;
    if (isWithin(TYPING) || isWithin('dialog')) return;
    if (event.key === ' ' && isWithin(PRESSING)) return;
    const shortcut = this.#shortcuts.get(event.key);
    if (shortcut === undefined) return;
    event.preventDefault();
    shortcut.run();
  }
}

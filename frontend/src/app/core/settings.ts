import { DOCUMENT, effect, inject, Injectable, InjectionToken, signal } from '@angular/core';
import { type Zone } from './time-text.js';

export const THEMES = ['dark', 'light', 'system'] as const;
export const PALETTES = ['default', 'red-up', 'colour-blind', 'monochrome'] as const;
export type Theme = (typeof THEMES)[number];
export type Palette = (typeof PALETTES)[number];

/** Where settings are kept; absent where the browser forbids it. */
export const STORAGE = new InjectionToken<Storage | undefined>('Storage', {
  factory: () => {
    try {
      return inject(DOCUMENT).defaultView?.localStorage;
    } catch {
      return undefined; // some browsers throw on the mere mention of it
    }
  },
});

const KEY = 'orderfox.settings';
const VERSION = 1;

/** What the viewer likes, kept in this browser. What cannot be read or kept falls back to the defaults. */
@Injectable({ providedIn: 'root' })
export class Settings {
  readonly #storage = inject(STORAGE);
  readonly #saved = this.#read();

  readonly theme = signal<Theme>(oneOf(THEMES, this.#saved.theme, 'dark'));
  readonly palette = signal<Palette>(oneOf(PALETTES, this.#saved.palette, 'default'));
  readonly zone = signal<Zone>(oneOf(['utc', 'local'], this.#saved.zone, 'utc'));
  readonly shortcuts = signal(this.#saved.shortcuts !== false);

  constructor() {
    const root = inject(DOCUMENT).documentElement;
    effect(() => {
      root.dataset.theme = this.theme();
      root.dataset.palette = this.palette();
    });
    effect(() => this.#write());
  }

  #read(): Readonly<Record<string, unknown>> {
    try {
      const saved: unknown = JSON.parse(this.#storage?.getItem(KEY) ?? '{}');
      return typeof saved === 'object' && saved !== null && 'version' in saved && saved.version === VERSION
        ? { ...saved }
        : {};
    } catch {
      return {};
    }
  }

  #write(): void {
    const settings = {
      version: VERSION,
      theme: this.theme(),
      palette: this.palette(),
      zone: this.zone(),
      shortcuts: this.shortcuts(),
    };
    try {
      this.#storage?.setItem(KEY, JSON.stringify(settings));
    } catch {
      // Full or forbidden: the choice holds until the page is left.
    }
  }
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, fallback: T): T {
  return allowed.find((entry) => entry === value) ?? fallback;
}

import { computed, effect, inject, Injectable, signal } from '@angular/core';
import { STORAGE } from '../../core/settings.js';
import { STEP_FACTORS, type StepFactor } from './price-steps.js';

const KEY = 'orderfox.book';
const LEVELS = [10, 20, 50] as const;
const DEFAULT_LEVELS = 20;

/** How the viewer wants to see order books, kept in this browser. */
@Injectable({ providedIn: 'root' })
export class BookChoices {
  readonly #storage = inject(STORAGE);
  readonly #saved = this.#read();
  readonly #wanted = signal<number>(oneOf(LEVELS, this.#saved.levels, DEFAULT_LEVELS));
  readonly #factor = signal<StepFactor>(oneOf(STEP_FACTORS, this.#saved.stepFactor, 1));
  readonly #most = signal(Infinity);

  /** How many levels of each side can be had. */
  readonly levelChoices = computed<readonly number[]>(() => {
    const most = this.#most();
    const within = LEVELS.filter((levels) => levels <= most);
    return within.length === LEVELS.length ? within : [...new Set([...within, most])];
  });
  readonly levels = computed(() => Math.min(this.#wanted(), this.#most()));
  /** In tick sizes, so that one choice fits every market. */
  readonly stepFactor = this.#factor.asReadonly();

  constructor() {
    effect(() => {
      const text = JSON.stringify({ levels: this.#wanted(), stepFactor: this.#factor() });
      try {
        this.#storage?.setItem(KEY, text);
      } catch {
        // Full or forbidden: the choice holds until the page is left.
      }
    });
  }

  chooseLevels(levels: number): void {
    this.#wanted.set(levels);
  }

  chooseStep(factor: StepFactor): void {
    this.#factor.set(factor);
  }

  /** The server gives no more levels than this; true where that is news. */
  learnMost(levels: number): boolean {
    if (!Number.isInteger(levels) || levels < 1 || levels >= this.levels()) return false;
    this.#most.set(levels);
    return true;
  }

  #read(): Readonly<Record<string, unknown>> {
    try {
      const saved: unknown = JSON.parse(this.#storage?.getItem(KEY) ?? '{}');
      return typeof saved === 'object' && saved !== null ? { ...saved } : {};
    } catch {
      return {};
    }
  }
}

function oneOf<T extends number>(allowed: readonly T[], value: unknown, fallback: NoInfer<T>): T {
  return allowed.find((entry) => entry === value) ?? fallback;
}

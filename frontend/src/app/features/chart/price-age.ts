import { signal } from '@angular/core';
import { type CandlePoint } from './chart-points.js';

/** When a price of a view last changed, by the viewer's clock. */
export class PriceAge {
  readonly #changedMs = signal<number | undefined>(undefined);

  /** Epoch milliseconds; undefined while there are no prices. */
  readonly changedMs = this.#changedMs.asReadonly();

  /** Candles were read of which the newest ended `agoMs` before `nowMs`, the viewer's time: later no price can have changed. */
  read(agoMs: number, nowMs: number): void {
    const endedMs = nowMs - Math.max(0, agoMs);
    this.#changedMs.update((changedMs) => Math.max(changedMs ?? -Infinity, endedMs));
  }

  /** A live candle came at `nowMs`, the viewer's time. The same again is nothing new: a stream begins with it. */
  heard(next: CandlePoint, known: CandlePoint | undefined, nowMs: number): void {
    const isSame = known?.volume === next.volume && known.close === next.close;
    if (!isSame) this.#changedMs.set(nowMs);
  }
}

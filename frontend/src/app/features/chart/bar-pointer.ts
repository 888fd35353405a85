import { type IChartApi, type MouseEventParams } from 'lightweight-charts';
import { type Clock } from '../../core/clock.js';
import { type DrawingOwner } from './chart-drawing.js';
import { indexAt } from './kept-view.js';
import { type PricePane } from './price-pane.js';
import { millisecondsOf, secondsOf } from './series-points.js';
import { anchoredRange, positionShowing } from './visible-range.js';

/**
 * Points at a bar, by pointer or by keys. A bar pointed at by keys stays the one pointed at, whatever moves below it: the
 * library keeps the place on the screen instead, and would move on to the bar that comes to lie there.
 */
export class BarPointer {
  #startMs: number | undefined;
  #isByKey = false;
  #cancelPlacing: (() => void) | undefined;

  /** @param times starts of all bars, ascending */
  constructor(
    private readonly chart: IChartApi,
    private readonly pane: PricePane,
    private readonly owner: DrawingOwner,
    private readonly clock: Clock,
    private readonly times: () => readonly number[],
  ) {
    chart.subscribeCrosshairMove((event) => this.#moved(event));
    chart.timeScale().subscribeVisibleLogicalRangeChange(() => this.keep());
  }

  /** Points `steps` bars further than now, or at the bar that starts at `fromMs` where none is pointed at. */
  step(steps: number, fromMs: number): void {
    const times = this.times();
    const from = this.#startMs === undefined ? indexAt(times, fromMs) : indexAt(times, this.#startMs) + steps;
    const index = Math.min(times.length - 1, Math.max(0, from));
    const startMs = times[index];
    if (startMs === undefined) return;
    this.#startMs = startMs;
    this.#isByKey = true;
    const scale = this.chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    const position = range === null ? undefined : positionShowing(index, range, times.length);
    if (position === undefined) {
      this.#place();
      return;
    }
    scale.scrollToPosition(position, false);
    // The scale moves with the next frame, and coordinates with it: what is pointed at is told now, its place then.
    this.owner.pointed({ startMs, x: steps < 0 ? 0 : scale.width(), y: 0 });
    this.keep();
  }

  /** Stops pointing. */
  clear(): void {
    this.#forget();
    this.chart.clearCrosshairPosition();
    this.owner.pointed(undefined);
  }

  /** Shows `factor` times as much time around the bar pointed at, or before the right edge. */
  zoom(factor: number): void {
    const scale = this.chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range === null) return;
    const anchor = this.#startMs === undefined ? range.to : indexAt(this.times(), this.#startMs);
    scale.setVisibleLogicalRange(anchoredRange(range, anchor, factor));
    this.keep();
  }

  /** Something moved, or will with the next frame: the bar that keys point at is found again once it has. */
  keep(): void {
    if (!this.#isByKey) return;
    this.#cancelPlacing ??= this.clock.beforePaint(() => {
      this.#cancelPlacing = undefined;
      this.#place();
    });
  }

  destroy(): void {
    this.#forget();
  }

  #place(): void {
    const startMs = this.#startMs;
    if (!this.#isByKey || startMs === undefined) return;
    const scale = this.chart.timeScale();
    const x = scale.timeToCoordinate(secondsOf(startMs));
    if (x === null || x < -1 || x > scale.width()) {
      this.clear();
      return;
    }
    const price = this.pane.priceAt(indexAt(this.times(), startMs));
    this.chart.setCrosshairPosition(price, secondsOf(startMs), this.pane.series);
    this.owner.pointed({ startMs, x, y: this.pane.series.priceToCoordinate(price) ?? 0 });
  }

  #moved({ time, point, sourceEvent }: MouseEventParams): void {
    if (this.#isByKey && sourceEvent === undefined) {
      // Not the viewer's doing: the library looked again at what lies below the crosshair.
      this.keep();
      return;
    }
    this.#forget();
    if (time === undefined || point === undefined) {
      this.owner.pointed(undefined);
      return;
    }
    this.#startMs = millisecondsOf(Number(time));
    this.owner.pointed({ startMs: this.#startMs, x: point.x, y: point.y });
  }

  #forget(): void {
    this.#cancelPlacing?.();
    this.#cancelPlacing = undefined;
    this.#startMs = undefined;
    this.#isByKey = false;
  }
}

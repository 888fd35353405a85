import { computed, DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { injectClock } from '../../core/clock.js';
import { FrameBatch } from '../../core/frame-batch.js';
import { Now } from '../../core/now.js';
import { PageAddress } from '../../core/page-address.js';
import { CLIENT } from '../../graphql/client.js';
import { Connection } from '../../graphql/connection.js';
import { VenueStore } from '../venues/venue-store.js';
import { ChosenParts } from './chart-choices.js';
import { type FlowContent } from './chart-drawing.js';
import { type FlowPoint } from './chart-points.js';
import { ChartStore } from './chart-store.js';
import { ChartTroubles } from './chart-troubles.js';
import { watchLosses } from './chart-watch.js';
import { FlowSession } from './flow-session.js';
import { FlowSource, type FlowView } from './flow-source.js';
import { hatchRanges } from './hatch-ranges.js';
import { MAX_POINTS } from './point-book.js';

/** What a drawing is told, once there is one. */
export interface FlowObserver {
  updateFlow(points: readonly FlowPoint[]): void;
}

/** What takers did in the time that the chart shows: asked for while a pane of it is shown, at most one change per frame. */
@Injectable({ providedIn: 'root' })
export class FlowStore {
  readonly #client = inject(CLIENT);
  readonly #clock = injectClock();
  readonly #now = inject(Now);
  readonly #chart = inject(ChartStore);
  readonly #venues = inject(VenueStore);
  readonly #address = inject(PageAddress);
  readonly #choices = inject(ChosenParts).choices;
  readonly #troubles = new ChartTroubles(this.#clock);
  /** Rises with every change of the points, which are no signals themselves. */
  readonly #edition = signal(0);
  readonly #batch = new FrameBatch<FlowPoint>(this.#clock, MAX_POINTS, (points) => this.#draw(points));
  #session: FlowSession | undefined;
  #observer: FlowObserver | undefined;

  /** Whether a pane of it is shown. */
  readonly isWanted = computed(() => this.#choices().takers || this.#choices().cvd);
  readonly troubles = this.#troubles.all;

  /** Everything to draw. */
  readonly content = computed<FlowContent>(() => {
    this.#edition();
    const history = this.#session?.history;
    const { fromMs, toMs = Infinity } = this.#chart.shown() ?? {};
    if (history === undefined || fromMs === undefined) return { points: [], hatched: [], label: '' };
    const points = history.book.all().filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
    const nowMs = Math.min(toMs, this.#serverMs());
    const untold = history.untold(fromMs, nowMs).map((stretch) => ({ venue: '', ...stretch }));
    const hatched = hatchRanges(this.#chart.timeframe(), [...history.holes, ...untold], points, {
      fromMs,
      nowMs,
    });
    return { points, hatched, label: this.#label(points) };
  });

  readonly #view = computed<FlowView | undefined>(
    () => {
      const symbol = this.#chart.symbol();
      return symbol === undefined || !this.isWanted()
        ? undefined
        : { symbol, timeframe: this.#chart.timeframe(), venue: this.#address.onlyVenue() };
    },
    { equal: (left, right) => JSON.stringify(left) === JSON.stringify(right) },
  );

  constructor() {
    effect(() => {
      const view = this.#view();
      untracked(() => this.#show(view));
    });
    effect(() => {
      if (this.#chart.shown() !== undefined) untracked(() => this.#session?.read());
    });
    watchLosses(inject(Connection), {
      lost: () => this.#session?.lost(),
      back: () => this.#session?.read(),
    });
    inject(DestroyRef).onDestroy(() => this.#leave());
  }

  /** Tells what comes from now on; the returned function ends it. */
  observe(observer: FlowObserver): () => void {
    this.#observer = observer;
    return () => {
      if (this.#observer === observer) this.#observer = undefined;
    };
  }

  /** Asks again at once for all that does not work. */
  retry(): void {
    this.#session?.retry();
  }

  at(startMs: number): FlowPoint | undefined {
    return this.#session?.history.book.at(startMs);
  }

  /** Why trades of a bucket are missing, in a sentence; undefined where nobody said. */
  reasonAt(startMs: number, endMs: number): string | undefined {
    return this.#session?.history.holes.find(
      ({ fromMs, toMs = Infinity }) => fromMs < endMs && toMs > startMs,
    )?.reason;
  }

  #show(view: FlowView | undefined): void {
    this.#leave();
    this.#troubles.clearAll();
    this.#edition.update((edition) => edition + 1);
    if (view !== undefined) {
      this.#session = new FlowSession(
        {
          source: new FlowSource(this.#client, view),
          clock: this.#clock,
          nowMs: () => this.#serverMs(),
          timeframe: view.timeframe,
          troubles: this.#troubles,
          shown: () => untracked(this.#chart.shown),
        },
        (points) => this.#changed(points),
      );
    }
    this.#observer?.updateFlow([]);
  }

  #changed(points: readonly FlowPoint[]): void {
    for (const point of points) this.#batch.add(point);
    if (points.length === 0) this.#draw([]);
  }

  #draw(points: readonly FlowPoint[]): void {
    this.#edition.update((edition) => edition + 1);
    const { fromMs = Infinity, toMs = Infinity } = untracked(this.#chart.shown) ?? {};
    const newest = new Map(points.map((point) => [point.startMs, point]));
    const within = [...newest.values()].filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
    this.#observer?.updateFlow(within.sort((left, right) => left.startMs - right.startMs));
  }

  /** Whose trades these are; where there are none, why. */
  #label(points: readonly FlowPoint[]): string {
    const last = points.at(-1);
    if (last !== undefined) return this.#venues.nameOf(last.venue);
    const { troubles } = this;
    if (troubles().length > 0) return 'not known now, see above';
    const reason = this.#session?.history.holes.at(-1)?.reason;
    return reason === undefined ? 'no trade so far' : `not recorded: ${reason}`;
  }

  /** The server's clock at this moment, epoch milliseconds. */
  #serverMs(): number {
    return untracked(() => this.#clock.nowMs() + this.#now.ms() - this.#now.viewerMs());
  }

  #leave(): void {
    this.#session?.end();
    this.#session = undefined;
    this.#batch.clear();
  }
}

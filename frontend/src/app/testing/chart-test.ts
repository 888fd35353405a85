import { TestBed } from '@angular/core/testing';
import { type BucketPoint, type CandlePoint } from '../features/chart/chart-points.js';
import { ChartStore } from '../features/chart/chart-store.js';
import { minuteOf } from './chart-script.js';
import { settle, type PageTest } from './page-test.js';

/** What an open chart was told to draw. */
export interface SeenChart {
  redraws: number;
  annotations: number;
  readonly wentTo: string[];
  readonly updates: { readonly candles: readonly CandlePoint[]; readonly buckets: readonly BucketPoint[] }[];
}

/** A chart of the page, without its component. */
export interface ChartTest {
  readonly store: ChartStore;
  readonly seen: SeenChart;
}

/** Begins a chart; it may not be loaded yet. */
export function beginChart(address = '/?symbol=BTCUSDT'): ChartTest {
  history.replaceState(null, '', address);
  const store = TestBed.inject(ChartStore);
  const seen: SeenChart = { redraws: 0, annotations: 0, wentTo: [], updates: [] };
  store.observe({
    redraw: () => (seen.redraws += 1),
    update: (candles, buckets) => seen.updates.push({ candles, buckets }),
    annotate: () => (seen.annotations += 1),
    goTo: (end) => seen.wentTo.push(end),
  });
  return { store, seen };
}

/** Begins a chart and waits until it is loaded. */
export async function openChart(address?: string): Promise<ChartTest> {
  const chart = beginChart(address);
  await settle(() => !chart.store.isLoading());
  return chart;
}

/** Lets answers arrive and the page paint, until `condition` holds. */
export function drawn({ clock }: PageTest, condition: () => boolean): Promise<void> {
  return settle(() => {
    clock.paint();
    return condition();
  });
}

/** The connection is lost, and back: what the page makes of it has begun when this resolves. */
export async function reconnect({ server, clock }: PageTest, lostForMs = 0): Promise<void> {
  server.changeStatus({ state: 'reconnecting', sinceMs: clock.nowMs(), failures: 1 });
  await settle();
  clock.advance(lostForMs);
  server.changeStatus({ state: 'connected', sinceMs: clock.nowMs(), failures: 0 });
  await settle();
}

/** Starts of points, in minutes of the samples. */
export const minutes = (points: readonly { readonly startMs: number }[]): readonly number[] =>
  points.map(({ startMs }) => minuteOf(startMs));

/** Hatched stretches, in minutes of the samples. */
export const hatched = (store: ChartStore): readonly (readonly number[])[] =>
  store.content().hatched.map(({ firstMs, lastMs }) => [minuteOf(firstMs), minuteOf(lastMs)]);

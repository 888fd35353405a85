import { InjectionToken } from '@angular/core';
import { injectClock } from '../../core/clock.js';
import { type Zone } from '../../core/time-text.js';
import { type ChartColours } from './chart-colours.js';
import { type BucketPoint, type CandlePoint, type FlowPoint } from './chart-points.js';
import { type HatchRange } from './hatch-ranges.js';
import { type KeptView } from './kept-view.js';
import { type SideAverages } from './series-maths.js';

/** Everything a chart draws; ascending in time. */
export interface ChartContent {
  readonly timeframe: string;
  readonly candles: readonly CandlePoint[];
  readonly buckets: readonly BucketPoint[];
  readonly hatched: readonly HatchRange[];
  readonly averages: SideAverages | undefined;
}

/** What takers did, ascending in time. */
export interface FlowContent {
  readonly points: readonly FlowPoint[];
  /** Where trades are missing, or may be. */
  readonly hatched: readonly HatchRange[];
  /** What the panes say of themselves: whose trades, and what is not known. */
  readonly label: string;
}

/** All that is drawn. */
export interface DrawnContent extends ChartContent {
  readonly flow: FlowContent;
}

/** What the viewer chose to see. */
export interface ChartChoices {
  readonly volume: boolean;
  readonly priceLine: boolean;
  readonly liquidations: boolean;
  /** One bar of shorts minus longs instead of one for each. */
  readonly net: boolean;
  readonly average: boolean;
  /** A pane with what takers bought and sold. */
  readonly takers: boolean;
  /** A pane with the sum of their difference over the day. */
  readonly cvd: boolean;
}

/** Panes whose height the viewer can change; prices have the rest. */
export interface PaneShares {
  /** Of what prices and liquidations have together, between 0 and 1. */
  readonly liquidations: number;
  /** Of the whole height. */
  readonly takers: number;
  /** Of the whole height. */
  readonly cvd: number;
}

/** How it is drawn. */
export interface ChartLook {
  readonly colours: ChartColours;
  readonly choices: ChartChoices;
  readonly shares: PaneShares;
  readonly zone: Zone;
  /** Digits after the point of a price, and the step between prices. */
  readonly precision: number;
  readonly minMove: number;
  readonly isMotionReduced: boolean;
}

/** The place the viewer points at: the start of a bucket, and where it is in the chart, in pixels from its top left. */
export interface PointedPlace {
  readonly startMs: number;
  readonly x: number;
  readonly y: number;
}

/** Buckets side by side: the starts of the first and of the last one. */
export interface BucketSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What a drawing asks of the page. */
export interface DrawingOwner {
  content(): DrawnContent;
  pointed(place: PointedPlace | undefined): void;
  /** The oldest buckets are in view, or soon will be. */
  reachedStart(): void;
  /** The newest loaded buckets are in view, or soon will be. */
  reachedEnd(): void;
  /** The viewer chose to look at this. */
  looked(view: KeptView): void;
  /** The viewer goes to the newest bucket, which may not be loaded. */
  wantsNewest(): void;
  /** Whether the newest bucket is in view. */
  following(isFollowing: boolean): void;
  /** The viewer dragged a line between panes: those that are shown have these shares of the height now. */
  split(shares: Partial<PaneShares>): void;
}

/** A chart in an element of the page: all that the page knows of the library that draws it. */
export interface ChartDrawing {
  /** Draws the owner's content from scratch; zoom and the place in history stay. */
  redraw(): void;
  /** Draws points that are new or changed, ascending; nothing else moves. */
  update(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void;
  /** Draws what takers did where that is new or changed, ascending; nothing else moves. */
  updateFlow(points: readonly FlowPoint[]): void;
  /** Takes over averages and hatched stretches of the owner's content. */
  annotate(): void;
  look(look: ChartLook): void;
  /** Points at the bucket `steps` further than the one pointed at, or than the newest in view. */
  step(steps: number): void;
  /** Stops pointing. */
  unpoint(): void;
  /** Shows `factor` times as much time, around the bucket that is pointed at. */
  zoom(factor: number): void;
  /** Shows as much time as in the beginning up to the newest bucket; the axes follow what is drawn. */
  reset(): void;
  goTo(end: 'oldest' | 'newest'): void;
  /** Starts of the first and the last bucket in view; undefined where there is none. */
  inView(): BucketSpan | undefined;
  destroy(): void;
}

export type DrawChart = (element: HTMLElement, owner: DrawingOwner, look: ChartLook) => Promise<ChartDrawing>;

/** Makes a drawing; the library behind it is loaded with the first one. */
export const DRAW_CHART = new InjectionToken<DrawChart>('DrawChart', {
  factory: () => {
    const clock = injectClock();
    return async (element, owner, look) => {
      const { LightweightDrawing } = await import('./lightweight-drawing.js');
      return new LightweightDrawing(element, owner, look, clock);
    };
  },
});

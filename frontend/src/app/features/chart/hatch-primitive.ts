import {
  type IPanePrimitive,
  type IPanePrimitivePaneView,
  type Logical,
  type PaneAttachedParameter,
} from 'lightweight-charts';
import { barsOf } from './kept-view.js';
import { type HatchRange } from './hatch-ranges.js';

const STRIPE_PX = 9;

/** What is hatched, among which bars, and in which colour. */
export interface HatchSource {
  readonly ranges: readonly HatchRange[];
  /** Starts of all bars, ascending. */
  readonly times: readonly number[];
  readonly colour: string;
}

/** Slanted lines behind the bars of which something is missing: not known is neither zero nor a quiet market. */
export class HatchPrimitive implements IPanePrimitive {
  #chart: PaneAttachedParameter['chart'] | undefined;
  #requestUpdate: (() => void) | undefined;
  readonly #views: readonly IPanePrimitivePaneView[] = [
    {
      zOrder: () => 'bottom',
      renderer: () => ({
        draw: (target) =>
          target.useMediaCoordinateSpace(({ context, mediaSize }) => this.#draw(context, mediaSize)),
      }),
    },
  ];

  constructor(private readonly source: () => HatchSource) {}

  attached({ chart, requestUpdate }: PaneAttachedParameter): void {
    this.#chart = chart;
    this.#requestUpdate = requestUpdate;
  }

  detached(): void {
    this.#chart = undefined;
  }

  paneViews(): readonly IPanePrimitivePaneView[] {
    return this.#views;
  }

  /** Draws it again with what the source says now. */
  renew(): void {
    this.#requestUpdate?.();
  }

  #draw(context: CanvasRenderingContext2D, size: { readonly width: number; readonly height: number }): void {
    const { ranges, colour } = this.source();
    context.save();
    context.strokeStyle = colour;
    context.lineWidth = 1;
    for (const range of ranges) {
      const edges = this.#edges(range);
      if (edges === undefined || edges.right < 0 || edges.left > size.width) continue;
      stripe(context, Math.max(0, edges.left), Math.min(size.width, edges.right), size.height);
    }
    context.restore();
  }

  #edges(range: HatchRange): { readonly left: number; readonly right: number } | undefined {
    const bars = barsOf(range, this.source().times);
    const scale = this.#chart?.timeScale();
    if (bars === undefined || scale === undefined) return undefined;
    // The library places whole bars only: the edge is half way to the one before.
    const before = scale.logicalToCoordinate((bars.first - 1) as Logical);
    const first = scale.logicalToCoordinate(bars.first as Logical);
    const last = scale.logicalToCoordinate(bars.last as Logical);
    if (before === null || first === null || last === null) return undefined;
    const half = (first - before) / 2;
    return { left: first - half, right: last + half };
  }
}

/** Fills a stretch of the pane with slanted lines; they stand still on the pane however it is scrolled. */
function stripe(context: CanvasRenderingContext2D, left: number, right: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(left, 0, right - left, height);
  context.clip();
  context.beginPath();
  const start = Math.floor((left - height) / STRIPE_PX) * STRIPE_PX;
  for (let x = start; x < right; x += STRIPE_PX) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.restore();
}

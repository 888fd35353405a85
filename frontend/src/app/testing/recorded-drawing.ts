import { type BucketPoint, type CandlePoint, type FlowPoint } from '../features/chart/chart-points.js';
import {
  type BucketSpan,
  type ChartDrawing,
  type ChartLook,
  type DrawnContent,
  type DrawingOwner,
} from '../features/chart/chart-drawing.js';

/** A drawing that writes down what it is asked to draw. */
export class RecordedDrawing implements ChartDrawing {
  readonly drawn: DrawnContent[] = [];
  readonly flows: (readonly FlowPoint[])[] = [];
  readonly updates: { readonly candles: readonly CandlePoint[]; readonly buckets: readonly BucketPoint[] }[] =
    [];
  readonly looks: ChartLook[] = [];
  readonly calls: string[] = [];
  annotations = 0;

  constructor(
    readonly owner: DrawingOwner,
    look: ChartLook,
  ) {
    this.looks.push(look);
  }

  redraw(): void {
    this.drawn.push(this.owner.content());
  }

  update(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void {
    this.updates.push({ candles, buckets });
  }

  updateFlow(points: readonly FlowPoint[]): void {
    this.flows.push(points);
  }

  annotate(): void {
    this.annotations += 1;
  }

  look(look: ChartLook): void {
    this.looks.push(look);
  }

  step(steps: number): void {
    this.calls.push(`step ${steps}`);
    const startMs = this.owner.content().candles.at(-1)?.startMs;
    if (startMs !== undefined) this.owner.pointed({ startMs, x: 10, y: 10 });
  }

  unpoint(): void {
    this.calls.push('unpoint');
    this.owner.pointed(undefined);
  }

  zoom(factor: number): void {
    this.calls.push(`zoom ${factor}`);
  }

  goTo(end: 'oldest' | 'newest'): void {
    this.calls.push(`go to ${end}`);
  }

  reset(): void {
    this.calls.push('reset');
  }

  inView(): BucketSpan | undefined {
    const { candles } = this.owner.content();
    const [first, last] = [candles[0], candles.at(-1)];
    return first === undefined || last === undefined
      ? undefined
      : { firstMs: first.startMs, lastMs: last.startMs };
  }

  destroy(): void {
    this.calls.push('destroy');
  }
}

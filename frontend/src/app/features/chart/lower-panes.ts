import { type IChartApi } from 'lightweight-charts';
import { type ChartLook, type DrawnContent } from './chart-drawing.js';
import { type BucketPoint, type FlowPoint } from './chart-points.js';
import { CvdPane } from './cvd-pane.js';
import { type HatchSource } from './hatch-primitive.js';
import { LiquidationPane } from './liquidation-pane.js';
import { type LowerPane } from './pane-split.js';
import { TakersPane } from './takers-pane.js';

const FROM_TOP = ['liquidations', 'takers', 'cvd'] as const satisfies readonly LowerPane[];

/** The panes below prices, those that the viewer wants: liquidations, what takers did, and the sum of that over the day. */
export class LowerPanes {
  #liquidations: LiquidationPane | undefined;
  #takers: TakersPane | undefined;
  #cvd: CvdPane | undefined;
  /** From top to bottom. */
  #shown: readonly LowerPane[] = [];
  #look: ChartLook | undefined;

  constructor(
    private readonly chart: IChartApi,
    private readonly content: () => DrawnContent,
    /** Starts of all bars, ascending. */
    private readonly times: () => readonly number[],
  ) {}

  /** From top to bottom. */
  get shown(): readonly LowerPane[] {
    return this.#shown;
  }

  /** Whether a pane shows what takers did. */
  get hasFlow(): boolean {
    return this.#takers !== undefined || this.#cvd !== undefined;
  }

  /** Makes the panes as they shall look; true where that made them anew and they are empty. Bars carry their colours. */
  look(look: ChartLook): boolean {
    const before = this.#look;
    this.#look = look;
    const shown = FROM_TOP.filter((pane) => look.choices[pane]);
    const isSame =
      before?.colours === look.colours &&
      before.choices.net === look.choices.net &&
      before.choices.average === look.choices.average &&
      this.#shown.join() === shown.join();
    if (isSame) return false;
    // A pane has its place from those above it: all are made anew.
    for (const pane of [this.#cvd, this.#takers, this.#liquidations]) pane?.remove();
    [this.#cvd, this.#takers, this.#liquidations] = [undefined, undefined, undefined];
    this.#shown = shown;
    shown.forEach((pane, at) => this.#make(pane, at + 1, look));
    return true;
  }

  /** Draws everything from scratch. */
  set(content: DrawnContent): void {
    this.#liquidations?.set(content.buckets);
    this.#takers?.set(content);
    this.#cvd?.set(content);
  }

  canUpdate(bucket: BucketPoint): boolean {
    return this.#liquidations?.canUpdate(bucket) !== false;
  }

  update(bucket: BucketPoint): void {
    this.#liquidations?.update(bucket);
  }

  canUpdateFlow(point: FlowPoint): boolean {
    return this.#takers?.canUpdate(point) !== false && this.#cvd?.canUpdate(point) !== false;
  }

  /** Draws points that are new or changed, ascending, and takes over what is said of them. */
  updateFlow(points: readonly FlowPoint[]): void {
    const { flow } = this.content();
    points.forEach((point, at) => {
      this.#takers?.update(point);
      this.#cvd?.update(point, points[at + 1] ?? nextOf(flow.points, point));
    });
    this.#takers?.annotate(flow.label);
    this.#cvd?.annotate(flow.label, flow.hatched);
  }

  /** Takes over averages and hatched stretches of liquidations. */
  annotate(): void {
    this.#liquidations?.annotate(this.content().averages);
  }

  /** All axes follow what is drawn again, after they were dragged. */
  followAmounts(): void {
    for (const pane of [this.#liquidations, this.#takers, this.#cvd]) pane?.followAmounts();
  }

  #make(pane: LowerPane, index: number, look: ChartLook): void {
    const hatch = (ranges: () => HatchSource['ranges']) => (): HatchSource => ({
      ranges: ranges(),
      times: this.times(),
      colour: look.colours.hatch,
    });
    const traded = hatch(() => this.content().flow.hatched);
    if (pane === 'takers') this.#takers = new TakersPane(this.chart, index, look, traded);
    else if (pane === 'cvd') this.#cvd = new CvdPane(this.chart, index, look, traded);
    else {
      const liquidated = hatch(() => this.content().hatched);
      this.#liquidations = new LiquidationPane(this.chart, index, look, liquidated);
    }
  }
}

/** The point that follows one, among all of them, ascending. */
function nextOf(points: readonly FlowPoint[], { startMs }: FlowPoint): FlowPoint | undefined {
  return points.at(-1)?.startMs === startMs ? undefined : points.find((each) => each.startMs > startMs);
}

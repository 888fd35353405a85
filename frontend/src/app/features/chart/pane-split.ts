import { type IChartApi } from 'lightweight-charts';
import { type PaneShares } from './chart-drawing.js';

/** Below this difference nothing was moved: the heights are whole pixels. */
const LEAST_CHANGE = 0.005;
/** With what a drag ends. */
const ENDS = ['pointerup', 'pointercancel', 'touchend'] as const;

/** The panes below prices, from top to bottom. */
export type LowerPane = keyof PaneShares;

/** How the height is shared between the panes: set by the page, or dragged by the viewer. */
export class PaneSplit {
  readonly #document: Document;
  #shares: PaneShares | undefined;
  #lower: readonly LowerPane[] = [];

  /** @param moved is told the new shares once the viewer has let go of a line between panes */
  constructor(
    private readonly chart: IChartApi,
    element: HTMLElement,
    private readonly moved: (shares: Partial<PaneShares>) => void,
  ) {
    this.#document = element.ownerDocument;
    for (const event of ENDS) this.#document.addEventListener(event, this.#look);
  }

  /** Shares the height between prices and the panes that are shown below them. */
  set(shares: PaneShares, lower: readonly LowerPane[]): void {
    this.#shares = shares;
    this.#lower = lower;
    const panes = this.chart.panes();
    if (lower.length === 0 || panes.length !== lower.length + 1) return;
    const shown = this.#shown();
    if (lower.every((pane) => Math.abs((shown[pane] ?? 0) - shares[pane]) < LEAST_CHANGE)) return;
    const has = (pane: LowerPane) => lower.includes(pane);
    const rest = 1 - (has('takers') ? shares.takers : 0) - (has('cvd') ? shares.cvd : 0);
    const liquidations = has('liquidations') ? shares.liquidations * rest : 0;
    const factors = { liquidations, takers: shares.takers, cvd: shares.cvd };
    panes[0]?.setStretchFactor(rest - liquidations);
    lower.forEach((pane, at) => panes[at + 1]?.setStretchFactor(factors[pane]));
  }

  destroy(): void {
    for (const event of ENDS) this.#document.removeEventListener(event, this.#look);
  }

  /** The library tells nobody that its line was dragged. */
  readonly #look = (): void => {
    const known = this.#shares;
    if (known === undefined) return;
    const shown = this.#shown();
    const isSame = this.#lower.every(
      (pane) => Math.abs((shown[pane] ?? known[pane]) - known[pane]) < LEAST_CHANGE,
    );
    if (isSame) return;
    this.#shares = { ...known, ...shown };
    this.moved(shown);
  };

  #shown(): Partial<PaneShares> {
    const [prices = 0, ...lower] = this.chart.panes().map((pane) => pane.getStretchFactor());
    if (lower.length !== this.#lower.length) return {};
    const whole = lower.reduce((sum, factor) => sum + factor, prices);
    const share = (pane: LowerPane, factor: number) =>
      factor / (pane === 'liquidations' ? prices + factor : whole);
    return Object.fromEntries(this.#lower.map((pane, at) => [pane, share(pane, lower[at] ?? 0)]));
  }
}

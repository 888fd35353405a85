import { type IChartApi } from 'lightweight-charts';

/** Below this difference nothing was moved: the heights are whole pixels. */
const LEAST_CHANGE = 0.005;
/** With what a drag ends. */
const ENDS = ['pointerup', 'pointercancel', 'touchend'] as const;

/** How the height is shared between prices and liquidations: set by the page, or dragged by the viewer. */
export class PaneSplit {
  readonly #document: Document;
  #share: number | undefined;

  /** @param moved is told the new share once the viewer has let go of the line between the panes */
  constructor(
    private readonly chart: IChartApi,
    element: HTMLElement,
    private readonly moved: (share: number) => void,
  ) {
    this.#document = element.ownerDocument;
    for (const event of ENDS) this.#document.addEventListener(event, this.#look);
  }

  /** Gives liquidations this share of the height, between 0 and 1, if they are shown. */
  set(share: number): void {
    this.#share = share;
    const [prices, liquidations] = this.chart.panes();
    if (prices === undefined || liquidations === undefined) return;
    if (Math.abs((this.#shown() ?? 0) - share) < LEAST_CHANGE) return;
    prices.setStretchFactor(1 - share);
    liquidations.setStretchFactor(share);
  }

  destroy(): void {
    for (const event of ENDS) this.#document.removeEventListener(event, this.#look);
  }

  /** The library tells nobody that its line was dragged. */
  readonly #look = (): void => {
    const shown = this.#shown();
    if (shown === undefined || this.#share === undefined) return;
    if (Math.abs(shown - this.#share) < LEAST_CHANGE) return;
    this.#share = shown;
    this.moved(shown);
  };

  #shown(): number | undefined {
    const [prices, liquidations] = this.chart.panes().map((pane) => pane.getStretchFactor());
    return prices === undefined || liquidations === undefined
      ? undefined
      : liquidations / (prices + liquidations);
  }
}

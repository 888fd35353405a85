import {
  type IPaneApi,
  type IPanePrimitive,
  type IPanePrimitivePaneView,
  type Time,
} from 'lightweight-charts';
import { type ChartColours } from './chart-colours.js';

const FONT = '11px system-ui, sans-serif';
const LINE_PX = 16;
const PAD_PX = 6;

/** What a pane shows, in words at its top left. The summary of the chart says it to those who hear it. */
export class PaneLabel implements IPanePrimitive {
  #text = '';
  #requestUpdate: (() => void) | undefined;
  readonly #views: readonly IPanePrimitivePaneView[] = [
    {
      zOrder: () => 'top',
      renderer: () => ({
        draw: (target) =>
          target.useMediaCoordinateSpace(({ context, mediaSize }) => this.#draw(context, mediaSize.width)),
      }),
    },
  ];

  constructor(
    private readonly pane: IPaneApi<Time>,
    private readonly colours: Pick<ChartColours, 'text' | 'surface'>,
  ) {
    pane.attachPrimitive(this);
  }

  attached({ requestUpdate }: { readonly requestUpdate: () => void }): void {
    this.#requestUpdate = requestUpdate;
  }

  paneViews(): readonly IPanePrimitivePaneView[] {
    return this.#views;
  }

  say(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#requestUpdate?.();
  }

  remove(): void {
    this.pane.detachPrimitive(this);
  }

  /** On a ground of its own: hatches lie behind it. */
  #draw(context: CanvasRenderingContext2D, width: number): void {
    context.save();
    context.font = FONT;
    const text = fitting(context, this.#text, width - 2 * PAD_PX);
    context.fillStyle = this.colours.surface;
    context.fillRect(0, 0, context.measureText(text).width + 2 * PAD_PX, LINE_PX);
    context.fillStyle = this.colours.text;
    context.textBaseline = 'middle';
    context.fillText(text, PAD_PX, LINE_PX / 2);
    context.restore();
  }
}

/** As much of a text as there is room for. */
function fitting(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 0 && context.measureText(`${text.slice(0, length)}…`).width > width) length -= 1;
  return length === 0 ? '' : `${text.slice(0, length)}…`;
}

import {
  createTextWatermark,
  type IPaneApi,
  type ITextWatermarkPluginApi,
  type Time,
} from 'lightweight-charts';
import { type ChartColours } from './chart-colours.js';

/** What a pane shows, in words at its top left. The summary of the chart says it to those who hear it. */
export class PaneLabel {
  readonly #text: ITextWatermarkPluginApi<Time>;
  readonly #colour: string;

  constructor(pane: IPaneApi<Time>, { text }: Pick<ChartColours, 'text'>) {
    this.#colour = text;
    this.#text = createTextWatermark(pane, { horzAlign: 'left', vertAlign: 'top', lines: [] });
  }

  say(text: string): void {
    const fontFamily = 'system-ui, sans-serif';
    this.#text.applyOptions({
      lines: [{ text, color: this.#colour, fontSize: 11, fontFamily, fontStyle: '' }],
    });
  }

  remove(): void {
    this.#text.detach();
  }
}

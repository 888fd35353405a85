import { type Page } from 'playwright-core';

/** A stretch of columns of a pane, in pixels. */
export interface Run {
  readonly left: number;
  readonly right: number;
}

/** Where a pane has bars, which alone are of a strong colour: 1 is that of prices, 3 that of liquidations. */
export async function barsDrawn(page: Page, row: 1 | 3): Promise<Run[]> {
  const [runs] = await barsDrawnAtOnce(page, [row]);
  return runs ?? [];
}

/** The same of several panes as they are at one moment: between two looks all may have moved. */
export function barsDrawnAtOnce(page: Page, rows: readonly (1 | 3)[]): Promise<Run[][]> {
  return page.evaluate((wanted) => {
    const runsOf = (nth: number) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`.chart-canvas tr:nth-of-type(${nth}) canvas`);
      const context = canvas?.getContext('2d');
      const runs: { left: number; right: number }[] = [];
      if (canvas === null || context === null || context === undefined) return runs;
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      const isStrong = (x: number, y: number) => {
        const at = (y * width + x) * 4;
        const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
        return Math.max(red, green, blue) - Math.min(red, green, blue) > 100;
      };
      for (let x = 0; x < width; x += 1) {
        let y = 0;
        while (y < height && !isStrong(x, y)) y += 1;
        if (y === height) continue;
        const last = runs.at(-1);
        if (last?.right === x - 1) last.right = x;
        else runs.push({ left: x, right: x });
      }
      return runs;
    };
    return wanted.map(runsOf);
  }, rows);
}

/** The column in the middle of it. */
export const middle = ({ left, right }: Run) => (left + right) / 2;

/**
 * Behind which of the newest bars of the lower pane there are slanted lines, the newest bar first. For a chart that shows the
 * newest bar at its usual place and width. Lines of the grid count for nothing, wherever the marks of the time axis stand.
 */
export function hatchedBars(page: Page, count: number): Promise<boolean[]> {
  return page.evaluate((barCount) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.chart-canvas tr:nth-of-type(3) canvas');
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined) return [];
    const { width, height, clientWidth } = canvas;
    const pixels = (x: number) => {
      const { data } = context.getImageData(x, 0, 1, height);
      return Array.from({ length: height }, (_, y) => data.slice(y * 4, y * 4 + 3).join());
    };
    // Right of the newest bar there is nothing but what crosses the whole pane.
    const ground = pixels(width - 2);
    /** How often a column of pixels is crossed by something: a slanted line does so every few pixels, a bar once. */
    const crossings = (x: number) => {
      const isInk = pixels(x).map((colour, y) => colour !== ground[y]);
      return isInk.filter((ink, y) => ink && isInk[y - 1] !== true).length;
    };
    const barPx = (6 * width) / clientWidth;
    return Array.from({ length: barCount }, (_, before) => {
      const left = Math.round(width - (5 + before) * barPx);
      const columns = Array.from({ length: Math.round(barPx) }, (__, at) => crossings(left + at));
      return columns.filter((times) => times >= 5).length > columns.length / 2;
    });
  }, count);
}

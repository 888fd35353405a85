import { type Page } from 'playwright-core';

/** A stretch of columns of a pane, in pixels. */
export interface Run {
  readonly left: number;
  readonly right: number;
}

/** Where a pane has bars, which alone are of a strong colour: 1 is that of prices, 3 that of liquidations. */
export function barsDrawn(page: Page, row: 1 | 3): Promise<Run[]> {
  return page.evaluate((nth) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`.chart-canvas tr:nth-of-type(${nth}) canvas`);
    const context = canvas?.getContext('2d');
    const runs: { left: number; right: number }[] = [];
    if (canvas === null || context === null || context === undefined) return runs;
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    const isStrong = (x: number, y: number) => {
      const pixel = [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 3)];
      return Math.max(...pixel) - Math.min(...pixel) > 100;
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
  }, row);
}

/** The column in the middle of it. */
export const middle = ({ left, right }: Run) => (left + right) / 2;

/** How many pixels the lower pane has that are no background, in the column of the bar so many before the newest. */
export function inkOfBar(page: Page, barsBefore: number): Promise<number> {
  return page.evaluate((bars) => {
    const [main] = [
      ...document.querySelectorAll<HTMLCanvasElement>('.chart-canvas tr:nth-of-type(3) canvas'),
    ];
    const context = main?.getContext('2d');
    if (main === undefined || context === null || context === undefined) return 0;
    const ratio = main.width / main.clientWidth;
    const [margin, bar] = [4.5 * 6 * ratio, 6 * ratio];
    const left = Math.round(main.width - margin - bar / 2 - bars * bar);
    const { data } = context.getImageData(left, 0, Math.round(bar), main.height);
    const background = data.slice(0, 3).join();
    let ink = 0;
    for (let at = 0; at < data.length; at += 4) if (data.slice(at, at + 3).join() !== background) ink += 1;
    return ink;
  }, barsBefore);
}

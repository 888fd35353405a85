import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('src/styles/tokens.css', 'utf8');

type Colours = Readonly<Record<string, readonly [light: string, dark: string]>>;

/** The colour tokens of one rule as pairs of light and dark. */
function coloursOf(selector: string): Colours {
  const start = css.indexOf(`${selector} {`);
  const rule = css.slice(start, css.indexOf('\n}', start));
  const pairs = [...rule.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)];
  return Object.fromEntries(pairs.map(([, name = '', light = '', dark = '']) => [name, [light, dark]]));
}

/** Relative luminance after WCAG 2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

const base = coloursOf(':root');
const palettes = [
  '',
  "[data-palette='red-up']",
  "[data-palette='colour-blind']",
  "[data-palette='monochrome']",
];
const words = ['text', 'text-2', 'positive', 'negative', 'good', 'bad', 'warning', 'info'];
const grounds = ['bg', 'surface', 'surface-2'];

describe('contrast', () => {
  test('the tokens are found', () => {
    expect(Object.keys(base)).toEqual(expect.arrayContaining([...words, ...grounds]));
  });

  for (const palette of palettes) {
    for (const [theme, at] of [
      ['light', 0],
      ['dark', 1],
    ] as const) {
      test(`every word can be read: ${theme} ${palette === '' ? 'default' : palette}`, () => {
        const colours: Colours = palette === '' ? base : { ...base, ...coloursOf(`:root${palette}`) };
        for (const word of words) {
          for (const ground of grounds) {
            const ratio = contrast(colours[word]![at], colours[ground]![at]);
            expect(ratio, `${word} on ${ground}`).toBeGreaterThanOrEqual(4.5);
          }
        }
      });
    }
  }
});

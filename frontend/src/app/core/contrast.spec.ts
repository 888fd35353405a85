import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { paintsOf, type ChartTokens } from '../features/chart/chart-colours.js';
import { channelsOf, contrast, GRAPHIC_CONTRAST } from './contrast.js';

const css = readFileSync('src/styles/tokens.css', 'utf8');

type Colours = Readonly<Record<string, readonly [light: string, dark: string]>>;

/** The colour tokens of one rule as pairs of light and dark. */
function coloursOf(selector: string): Colours {
  const start = css.indexOf(`${selector} {`);
  const rule = css.slice(start, css.indexOf('\n}', start));
  const pairs = [...rule.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)];
  return Object.fromEntries(pairs.map(([, name = '', light = '', dark = '']) => [name, [light, dark]]));
}

function ratio(one: string, other: string): number {
  const [left, right] = [channelsOf(one), channelsOf(other)];
  if (left === undefined || right === undefined) throw new Error(`no colours: ${one}, ${other}`);
  return contrast(left, right);
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
      const colours: Colours = palette === '' ? base : { ...base, ...coloursOf(`:root${palette}`) };
      const of = (token: string) => colours[token]![at];
      const name = `${theme} ${palette === '' ? 'default' : palette}`;

      test(`every word can be read: ${name}`, () => {
        for (const word of words) {
          for (const ground of grounds) {
            expect(ratio(of(word), of(ground)), `${word} on ${ground}`).toBeGreaterThanOrEqual(4.5);
          }
        }
      });

      test(`everything drawn in a chart stands out from its ground: ${name}`, () => {
        const tokens: ChartTokens = {
          surface: of('surface'),
          line: of('line'),
          text: of('text-2'),
          faint: of('text-3'),
          accent: of('info'),
          positive: of('positive'),
          negative: of('negative'),
        };
        const { hatch, positive, negative, tradedUp, tradedDown, faint, text } = paintsOf(tokens);
        for (const [part, paint] of Object.entries({
          hatch,
          positive,
          negative,
          tradedUp,
          tradedDown,
          faint,
          text,
        })) {
          expect(ratio(paint, tokens.surface), part).toBeGreaterThanOrEqual(GRAPHIC_CONTRAST);
        }
      });
    }
  }
});

describe('the colours of a chart', () => {
  const tokens: ChartTokens = {
    surface: 'rgb(18, 22, 28)',
    line: '',
    text: '',
    faint: '',
    accent: '',
    positive: 'rgb(132, 204, 22)',
    negative: 'rgb(244, 63, 94)',
  };

  test('traded bars are quieter than candles, and no fainter than they may be', () => {
    const { tradedUp, tradedDown, positive, negative, surface } = paintsOf(tokens);
    expect(ratio(tradedUp, surface)).toBeLessThan(ratio(positive, surface) - 1);
    expect(ratio(tradedDown, surface)).toBeLessThan(ratio(negative, surface));
  });

  test('what is written in a way nobody reads stays as it is', () => {
    expect(paintsOf({ ...tokens, positive: 'color(srgb 0 0 0)' }).tradedUp).toBe('color(srgb 0 0 0)');
  });
});

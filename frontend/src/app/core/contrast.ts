/** Red, green and blue, 0 to 255. */
export type Channels = readonly [red: number, green: number, blue: number];

/** What graphics need to be told from their ground (WCAG 2.2, 1.4.11). */
export const GRAPHIC_CONTRAST = 3;

/** `#12161c` or `rgb(18, 22, 28)` as channels; undefined for what is written otherwise. */
export function channelsOf(colour: string): Channels | undefined {
  const hex = /^#(\w\w)(\w\w)(\w\w)$/.exec(colour)?.slice(1);
  const rgb = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour)?.slice(1);
  const [red, green, blue] = hex?.map((part) => parseInt(part, 16)) ?? rgb?.map(Number) ?? [];
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue];
}

/** How far two colours stand apart, 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(one: Channels, other: Channels): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left);
  return (bright + 0.05) / (dim + 0.05);
}

/** So much of one colour over another: 1 is all of it, 0 none. */
export function blend(colour: Channels, ground: Channels, share: number): Channels {
  const mixed = (at: 0 | 1 | 2) => Math.round(colour[at] * share + ground[at] * (1 - share));
  return [mixed(0), mixed(1), mixed(2)];
}

/** The faintest mix of a colour with its ground that still stands out as graphics must; the colour where none does. */
export function faintest(colour: Channels, ground: Channels): Channels {
  for (let percent = 5; percent < 100; percent += 5) {
    const mix = blend(colour, ground, percent / 100);
    if (contrast(mix, ground) >= GRAPHIC_CONTRAST) return mix;
  }
  return colour;
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Channels): number {
  const [red = 0, green = 0, blue = 0] = colour
    .map((channel) => channel / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

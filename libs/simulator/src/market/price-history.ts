/** Periods in minutes and how far prices stray within each, as logarithms: from minutes of noise to months of trend. */
const OCTAVES = [
  { period: 7, swing: 0.0006 },
  { period: 45, swing: 0.002 },
  { period: 300, swing: 0.006 },
  { period: 1_900, swing: 0.015 },
  { period: 11_000, swing: 0.05 },
  { period: 61_000, swing: 0.16 },
] as const;

/**
 * Where a price stood before the simulation began: a smooth noise that depends on a name and the minute alone, so that
 * any stretch of the past can be told at once and is always the same.
 */
export class PriceHistory {
  private readonly seed: number;
  /** The stretch in which each octave was last asked, and its ends: minutes are mostly asked for in order. */
  private readonly cells: number[] = OCTAVES.map(() => Number.NaN);
  private readonly before: number[] = OCTAVES.map(() => 0);
  private readonly after: number[] = OCTAVES.map(() => 0);

  constructor(name: string) {
    this.seed = hashText(name);
  }

  /** Logarithm of the price at the start of a minute since the epoch, relative to some fixed price. */
  logAt(minute: number): number {
    let sum = 0;
    // Runs half a million times for a year of days: no iterator, nothing made.
    for (let octave = 0; octave < OCTAVES.length; octave++) {
      const { period, swing } = OCTAVES[octave] ?? OCTAVES[0];
      const at = minute / period;
      const cell = Math.floor(at);
      if (this.cells[octave] !== cell) this.enter(octave, cell);
      const way = at - cell;
      const before = this.before[octave] ?? 0;
      sum += swing * (before + ((this.after[octave] ?? 0) - before) * way * way * (3 - 2 * way));
    }
    return sum;
  }

  /** A number in [0, 1) that belongs to a moment; `kind` tells several of the same moment apart. */
  chance(kind: number, moment: number): number {
    let mixed = this.seed ^ Math.imul(kind + 1, 0x9e3779b9);
    mixed = Math.imul(mixed ^ (moment | 0), 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed ^ Math.floor(moment / 4_294_967_296), 0x735a2d97);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 4_294_967_296;
  }

  private enter(octave: number, cell: number): void {
    this.cells[octave] = cell;
    this.before[octave] = this.chance(octave, cell) * 2 - 1;
    this.after[octave] = this.chance(octave, cell + 1) * 2 - 1;
  }
}

/** FNV-1a over UTF-16 units. */
function hashText(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

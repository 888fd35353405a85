import type { SeededRandom } from '../seeded-random.js';

/** What the market as a whole does in one second. */
export interface Mood {
  /** Relative move of the common price; -0.001 is a fall of 0.1 %. */
  readonly move: number;
  /** 0 in quiet times, up to 1 at the height of a cascade. */
  readonly stress: number;
  /** Probability that a liquidation hits a long. */
  readonly longShare: number;
}

interface Phase {
  readonly kind: 'QUIET' | 'CASCADE' | 'REBOUND';
  readonly seconds: number;
  /** -1 falling, +1 rising. */
  readonly direction: number;
}

const QUIET_MEAN_SECONDS = 100;
const QUIET_VOLATILITY = 0.00022;
const CASCADE_DRIFT = 0.0016;

/**
 * Quiet times, cascades, rebounds, in turn: falls liquidate longs, rises liquidate shorts. A higher intensity
 * shortens the quiet; 0 never leaves it.
 */
export class MarketMood {
  private phase: Phase;
  private elapsed = 0;
  private pull = 0;

  constructor(
    private readonly random: SeededRandom,
    private readonly intensity: number,
  ) {
    this.phase = { kind: 'QUIET', seconds: intensity > 0 ? random.between(6, 14) : Infinity, direction: 0 };
  }

  /** One second passes. */
  next(): Mood {
    if (this.elapsed >= this.phase.seconds) {
      this.phase = this.following();
      this.elapsed = 0;
    }
    this.elapsed++;
    const { kind, seconds, direction } = this.phase;
    const swell = Math.sin((Math.PI * (this.elapsed - 0.5)) / seconds) ** 2;
    const noise = this.random.normal() * QUIET_VOLATILITY;
    if (kind === 'CASCADE') {
      return this.told({
        move: direction * CASCADE_DRIFT * swell + noise * 2,
        stress: swell,
        longShare: 0.5 - direction * 0.45,
      });
    }
    if (kind === 'REBOUND') {
      return this.told({
        move: direction * CASCADE_DRIFT * 0.4 * swell + noise,
        stress: swell * 0.05,
        longShare: 0.5 - direction * 0.2,
      });
    }
    return this.told({
      move: noise,
      stress: 0,
      longShare: Math.min(0.9, Math.max(0.1, 0.5 - this.pull * 150)),
    });
  }

  private told(mood: Mood): Mood {
    this.pull = this.pull * 0.9 + mood.move;
    return mood;
  }

  private following(): Phase {
    const { random, phase } = this;
    if (phase.kind === 'QUIET') {
      // Falls are more common than squeezes.
      const direction = random.chance(0.6) ? -1 : 1;
      return { kind: 'CASCADE', seconds: Math.round(random.between(8, 26)), direction };
    }
    if (phase.kind === 'CASCADE') {
      return { kind: 'REBOUND', seconds: Math.round(random.between(10, 30)), direction: -phase.direction };
    }
    const mean = QUIET_MEAN_SECONDS / Math.sqrt(this.intensity);
    return { kind: 'QUIET', seconds: Math.ceil(5 + random.exponential(mean)), direction: 0 };
  }
}

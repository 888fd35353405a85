import { type Liquidation } from '@orderfox/client';
import { exactSum } from '../../core/exact-sum.js';

/** One side of the rows shown: how many, their exact sum, and its share of the whole in percent. */
export interface SideFigures {
  readonly count: number;
  readonly sumUsd: string;
  /** Ids of the venues whose rows it holds. */
  readonly venues: ReadonlySet<string>;
  readonly percent: number;
}

/** What the rows of one venue, or of one symbol, come to. */
export interface GroupFigures {
  readonly key: string;
  readonly count: number;
  readonly sumUsd: string;
  /** Ids of the venues whose rows it holds. */
  readonly venues: ReadonlySet<string>;
  /** Part of it that is longs, in percent. */
  readonly longPercent: number;
}

/** Figures of the rows that are shown, and of nothing else. */
export interface TapeFigures {
  readonly longs: SideFigures;
  readonly shorts: SideFigures;
  readonly largest: Liquidation | undefined;
  /** Largest sum first. */
  readonly byVenue: readonly GroupFigures[];
  readonly bySymbol: readonly GroupFigures[];
  /** Time between the oldest and the newest row, ms. */
  readonly spanMs: number;
}

const usdOf = (rows: readonly Liquidation[]): string => exactSum(rows.map(({ notionalUsd }) => notionalUsd));
const venuesOf = (rows: readonly Liquidation[]): ReadonlySet<string> =>
  new Set(rows.map(({ venue }) => venue));

/** Adds up what is shown. Sums are exact; shares are doubles, rounded to whole percents that make 100. */
export function tapeFigures(rows: readonly Liquidation[]): TapeFigures {
  const longs = rows.filter(({ liquidatedSide }) => liquidatedSide === 'LONG');
  const shorts = rows.filter(({ liquidatedSide }) => liquidatedSide === 'SHORT');
  const longUsd = usdOf(longs);
  const shortUsd = usdOf(shorts);
  const whole = Number(longUsd) + Number(shortUsd);
  const longPercent = whole === 0 ? 0 : Math.round((Number(longUsd) / whole) * 100);
  const times = rows.map(({ timestamp }) => timestamp);
  return {
    longs: { count: longs.length, sumUsd: longUsd, venues: venuesOf(longs), percent: longPercent },
    shorts: {
      count: shorts.length,
      sumUsd: shortUsd,
      venues: venuesOf(shorts),
      percent: whole === 0 ? 0 : 100 - longPercent,
    },
    largest: rows.reduce<Liquidation | undefined>(
      (largest, row) =>
        largest === undefined || Number(row.notionalUsd) > Number(largest.notionalUsd) ? row : largest,
      undefined,
    ),
    byVenue: groups(rows, ({ venue }) => venue),
    bySymbol: groups(rows, ({ symbol }) => symbol),
    spanMs: times.length === 0 ? 0 : Math.max(...times) - Math.min(...times),
  };
}

function groups(rows: readonly Liquidation[], keyOf: (row: Liquidation) => string): readonly GroupFigures[] {
  return [...Map.groupBy(rows, keyOf)]
    .map(([key, own]) => {
      const sumUsd = usdOf(own);
      const longUsd = usdOf(own.filter(({ liquidatedSide }) => liquidatedSide === 'LONG'));
      const longPercent = Number(sumUsd) === 0 ? 0 : Math.round((Number(longUsd) / Number(sumUsd)) * 100);
      return { key, count: own.length, sumUsd, venues: venuesOf(own), longPercent };
    })
    .sort((left, right) => Number(right.sumUsd) - Number(left.sumUsd));
}

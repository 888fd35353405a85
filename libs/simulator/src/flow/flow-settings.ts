/** How busy books and trades are, for each market that somebody listens to. Nothing happens in others. */
export interface FlowSettings {
  /** Updates of a book per second: 10 as the venues have it, up to 1,000 for load; 0: books stand still. */
  readonly updatesPerSecond: number;
  /** Prices near the best that change with each update, at most. */
  readonly changesPerUpdate: number;
  /** On average; more when prices move. */
  readonly tradesPerSecond: number;
  /** Newest trades of each market that REST and tests can read. */
  readonly keptTrades: number;
}

/** As a lively market is in quiet times. */
export const FLOW_SETTINGS: FlowSettings = {
  updatesPerSecond: 10,
  changesPerUpdate: 8,
  tradesPerSecond: 4,
  keptTrades: 5_000,
};

/** Shortest time between two updates of all books; more a second come several at once. */
const SHORTEST_PERIOD_MS = 10;
/** While books stand still this often is looked whether they should say that they live. */
const STILL_PERIOD_MS = 1_000;

/** How often time passes for the markets, and how many updates each has then on average. Throws RangeError for a senseless rate. */
export function flowPace({ updatesPerSecond }: FlowSettings): {
  readonly periodMs: number;
  readonly updates: number;
} {
  if (!(updatesPerSecond >= 0 && updatesPerSecond <= 1_000))
    throw new RangeError(`${updatesPerSecond} updates per second: not from 0 to 1,000`);
  if (updatesPerSecond === 0) return { periodMs: STILL_PERIOD_MS, updates: 0 };
  const periodMs = Math.max(SHORTEST_PERIOD_MS, Math.round(1_000 / updatesPerSecond));
  return { periodMs, updates: (updatesPerSecond * periodMs) / 1_000 };
}

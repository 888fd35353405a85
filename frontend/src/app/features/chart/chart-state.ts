import { type PaneState } from '../../ui/pane.js';
import { type ChartPart, type ChartTrouble } from './chart-troubles.js';

/** What decides the state of the chart's pane. Times are epoch milliseconds of the viewer's clock. */
export interface ChartFacts {
  readonly isLoading: boolean;
  readonly hasPoints: boolean;
  /** True once something was drawn: the place of the chart then stays, also while another market is loaded. */
  readonly wasShown: boolean;
  readonly troubles: readonly ChartTrouble[];
  /** Since when the part of the page that draws could not be loaded; undefined while it is here, or on its way. */
  readonly undrawnSinceMs: number | undefined;
  /** Since when the server has not been heard; undefined while it is. */
  readonly lostSinceMs: number | undefined;
  /** Since when no price has changed, where that is longer than it may be. */
  readonly quietSinceMs: number | undefined;
}

const UNDRAWN =
  'The part of this page that draws charts could not be loaded. It is tried again; if that does not help, load the page anew.';

/** Chooses one of the five states; a chart that is there stays visible, whatever happens. */
export function chartState(facts: ChartFacts): PaneState {
  const { isLoading, hasPoints, wasShown, troubles, undrawnSinceMs, lostSinceMs, quietSinceMs } = facts;
  if (undrawnSinceMs !== undefined) {
    return { kind: 'error', what: UNDRAWN, sinceMs: undrawnSinceMs };
  }
  const of = (part: ChartPart) => troubles.find(({ what }) => what === part);
  const trouble = of('liquidations') ?? of('prices');
  if (trouble !== undefined && !hasPoints) {
    return { kind: 'error', what: trouble.text, sinceMs: trouble.sinceMs };
  }
  if (isLoading) return wasShown ? { kind: 'ready' } : { kind: 'loading' };
  if (lostSinceMs !== undefined && hasPoints) {
    return { kind: 'stale', why: 'Nothing has been heard from the server', sinceMs: lostSinceMs };
  }
  if (quietSinceMs !== undefined && hasPoints) {
    return { kind: 'stale', why: 'No new price has come in', sinceMs: quietSinceMs };
  }
  if (hasPoints) return { kind: 'ready' };
  return {
    kind: 'empty',
    title: 'Nothing to draw yet',
    detail: 'No venue has given a price of this market, and no liquidation of it is recorded.',
  };
}

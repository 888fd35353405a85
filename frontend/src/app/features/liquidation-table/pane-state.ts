import { type PaneState } from '../../ui/pane.js';
import { type Trouble } from './liquidation-store.js';

/** What decides the state of the table's pane. Times are epoch milliseconds of the viewer's clock. */
export interface PaneFacts {
  readonly isLoading: boolean;
  readonly trouble: Trouble | undefined;
  readonly rowCount: number;
  /** Since when the server has not been heard; undefined while it is. */
  readonly lostSinceMs: number | undefined;
  /** True when no venue in view can deliver. */
  readonly isBlind: boolean;
  /** When the last liquidation of any symbol was, in words; undefined while none is known. */
  readonly lastEvent: string | undefined;
  readonly isFiltered: boolean;
}

/** Chooses one of the five states; rows that are there stay visible, whatever happens. */
export function paneState(facts: PaneFacts): PaneState {
  const { trouble, lostSinceMs, rowCount } = facts;
  if (trouble !== undefined) {
    return rowCount > 0
      ? { kind: 'stale', why: trouble.message, sinceMs: trouble.sinceMs }
      : { kind: 'error', what: trouble.message, sinceMs: trouble.sinceMs };
  }
  if (facts.isLoading) return { kind: 'loading' };
  if (lostSinceMs !== undefined) {
    return { kind: 'stale', why: 'Nothing has been heard from the server', sinceMs: lostSinceMs };
  }
  return rowCount > 0 ? { kind: 'ready' } : emptyState(facts);
}

function emptyState({ isBlind, lastEvent, isFiltered }: PaneFacts): PaneState {
  const last =
    lastEvent === undefined ? 'None has come since the server started.' : `The last one was ${lastEvent}.`;
  const detail = isBlind
    ? 'No venue delivers at the moment:'
    : isFiltered
      ? `No liquidation fits this view so far. ${last}`
      : last;
  return { kind: 'empty', title: 'Waiting for liquidations…', detail };
}

import { type PaneState } from '../../ui/pane.js';
import { type TradeTrouble } from './trade-trouble.js';

/** What decides the state of the pane. Times are epoch milliseconds of the viewer's clock. */
export interface TapeFacts {
  readonly rowCount: number;
  /** Whether the server has told what there is. */
  readonly isKnown: boolean;
  readonly trouble: TradeTrouble | undefined;
  /** The time of the trouble in words. */
  readonly sinceText: string;
  /** Since when nothing was heard from the server; undefined while it is. */
  readonly silentSinceMs: number | undefined;
  /** The market in words, such as `BTCUSDT on Binance`. */
  readonly market: string;
}

const UNHEARD = 'Nothing has been heard from the server';

/** Chooses one of the five states. Trades that are there stay: each says when it was made. */
export function tapeState(facts: TapeFacts): PaneState {
  const { rowCount, isKnown, trouble, sinceText, silentSinceMs, market } = facts;
  if (trouble !== undefined) {
    const { message, sinceMs, isAbsent } = trouble;
    if (rowCount > 0) return { kind: 'stale', why: message, sinceMs };
    return isAbsent
      ? { kind: 'empty', title: 'No trades', detail: `${sentence(message)} It is so ${sinceText}.` }
      : { kind: 'error', what: message, sinceMs };
  }
  if (silentSinceMs !== undefined) {
    return rowCount > 0
      ? { kind: 'stale', why: UNHEARD, sinceMs: silentSinceMs }
      : { kind: 'error', what: UNHEARD, sinceMs: silentSinceMs };
  }
  if (!isKnown) return { kind: 'loading' };
  return rowCount > 0
    ? { kind: 'ready' }
    : {
        kind: 'empty',
        title: 'Waiting for trades…',
        detail: `The venue is heard, and no trade of ${market} is known so far. The next one appears here.`,
      };
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

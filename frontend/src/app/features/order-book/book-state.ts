import { type PaneState } from '../../ui/pane.js';
import { type BookTrouble } from './book-trouble.js';

/** What the server says of a book that is not whole. */
export interface AbsentBook {
  /** The word for its state, as the API has it. */
  readonly word: string;
  /** One sentence for people, in the words of the server. */
  readonly reason: string;
  /** Since when, epoch milliseconds of the viewer's clock. */
  readonly sinceMs: number;
  /** The same in words. */
  readonly sinceText: string;
  readonly venue: string;
  /** True for a state that a book leaves by itself within seconds. */
  readonly isPassing: boolean;
}

/** What decides the state of the pane. Times are epoch milliseconds of the viewer's clock. */
export interface BookFacts {
  readonly nowMs: number;
  /** When this market was asked for. */
  readonly askedMs: number;
  /** Whether there is a whole book of this market, be it the newest word or not. */
  readonly hasBook: boolean;
  readonly trouble: BookTrouble | undefined;
  /** Since when nothing was heard from the server; undefined while it is. */
  readonly silentSinceMs: number | undefined;
  /** The newest word: what is wrong; undefined where nothing is, or nothing was said yet. */
  readonly absent: AbsentBook | undefined;
}

/** How long a book that may be old is shown, greyed; after that it would only mislead. */
const OLD_SHOWN_MS = 60_000;
/** A book that nobody has looked at before is brought within this time, where all is well. */
const BROUGHT_WITHIN_MS = 3_000;
const UNHEARD = 'Nothing has been heard from the server';

/** Chooses one of the five states: what is shown as if it were live is live. */
export function bookState(facts: BookFacts): PaneState {
  const { nowMs, hasBook, trouble, silentSinceMs, absent } = facts;
  const mayShow = (sinceMs: number) => hasBook && nowMs - sinceMs < OLD_SHOWN_MS;
  if (trouble !== undefined) {
    const { message, sinceMs, isAbsent } = trouble;
    if (mayShow(sinceMs)) return { kind: 'stale', why: message, sinceMs };
    return isAbsent
      ? { kind: 'empty', title: 'No order book', detail: message }
      : { kind: 'error', what: message, sinceMs };
  }
  if (silentSinceMs !== undefined) {
    return mayShow(silentSinceMs)
      ? { kind: 'stale', why: UNHEARD, sinceMs: silentSinceMs }
      : { kind: 'error', what: UNHEARD, sinceMs: silentSinceMs };
  }
  if (absent !== undefined) return absentState(facts, absent, mayShow(absent.sinceMs));
  return hasBook ? { kind: 'ready' } : { kind: 'loading' };
}

function absentState({ nowMs, askedMs }: BookFacts, absent: AbsentBook, mayShow: boolean): PaneState {
  const { word, reason, sinceMs, sinceText, venue, isPassing } = absent;
  if (mayShow) return { kind: 'stale', why: `Not in sync: ${reason}`, sinceMs };
  if (isPassing && nowMs - askedMs < BROUGHT_WITHIN_MS) return { kind: 'loading' };
  return {
    kind: 'empty',
    title: 'Order book not in sync',
    detail: `${venue}: ${word} ${sinceText}: ${reason}`,
  };
}

import { type FeedState } from '@orderfox/domain';
import { type SocketState, type SocketStatus } from '@orderfox/feed';
import { formatClockTime } from '@orderfox/format';
import { type CatalogueProblem } from '../symbols/catalogue-state.js';

/** A stream of events is called quiet after this long without one, while its connection is proved alive. */
export const QUIET_AFTER_MS = 60_000;

/** So many rows in a row that cannot be read are no accident: the venue has changed its format. */
export const UNREADABLE_ROWS_LIMIT = 3;

/**
 * Whether events can be stored. `DEGRADED`: the database is away and events wait in memory or on disk. `FULL`: there
 * is no room left for them, so that events are being lost.
 */
export type StorageState = 'OK' | 'DEGRADED' | 'FULL';

/** Everything that decides the state of one feed at one moment. */
export interface FeedFacts {
  readonly stream: string;
  /** True where missing a stretch means missing events. */
  readonly recorded: boolean;
  /** Whether the venue's contracts are known, without which no frame can be read. */
  readonly catalogueKnown: boolean;
  readonly catalogueProblem?: CatalogueProblem;
  /** False where `records()` turns down every contract that the venue lists; a feed of all contracts lives even so. */
  readonly wanted: boolean;
  /** How many topics the catalogue and the configuration make this feed ask for. */
  readonly topics: number;
  /** How many of them the venue refused on this connection. */
  readonly refusedTopics: number;
  /** Absent until a connection is tried. */
  readonly socket?: SocketStatus;
  readonly storage: StorageState;
  /** Rows refused as unreadable since the last good event. */
  readonly unreadableRows: number;
  /** Since when there was neither an event nor a reason to expect one. Milliseconds. */
  readonly quietForMs: number;
  /** Newest event. Epoch ms. */
  readonly lastEventMs?: number;
}

/** The word, and one sentence for people that says why. */
export interface StateWithReason {
  readonly state: FeedState;
  readonly reason: string;
  /** Epoch ms; for RATE_LIMITED and BANNED. */
  readonly untilMs?: number;
}

/**
 * The state of a feed from all that is known about it. What stands higher wins: a feed is only as good as its weakest
 * part, and a connection that lives is no proof that events arrive in the database.
 */
export function decideFeedState(facts: FeedFacts): StateWithReason {
  if (!facts.catalogueKnown) return withoutCatalogue(facts.catalogueProblem);
  if (facts.topics === 0 || (facts.recorded && !facts.wanted)) {
    return { state: 'DISABLED', reason: 'The venue lists none of the symbols that are to be recorded.' };
  }
  if (facts.socket === undefined)
    return { state: 'CONNECTING', reason: 'The connection is about to be opened.' };
  if (!isLive(facts.socket.state)) return facts.socket;
  if (!facts.recorded) return { state: 'LIVE', reason: sentence('Data flows', facts) };
  if (facts.storage === 'FULL') {
    return {
      state: 'ERROR',
      reason:
        'Data flows, but it cannot be stored: the database is away and the room for waiting events is full.',
    };
  }
  if (facts.unreadableRows >= UNREADABLE_ROWS_LIMIT) {
    return {
      state: 'ERROR',
      reason:
        'Data flows, but its rows cannot be read: the venue seems to have changed its format. They are kept.',
    };
  }
  if (facts.quietForMs < QUIET_AFTER_MS) return { state: 'LIVE', reason: sentence('Data flows', facts) };
  const since =
    facts.lastEventMs === undefined
      ? 'since the connection was made'
      : `since ${formatClockTime(facts.lastEventMs)} UTC`;
  return {
    state: 'QUIET',
    reason: sentence(
      `No ${facts.stream} ${since}; other data of the venue proves the connection alive`,
      facts,
    ),
  };
}

function isLive(state: SocketState): boolean {
  return state === 'LIVE';
}

function sentence(opening: string, { refusedTopics, topics, storage }: FeedFacts): string {
  const refused = refusedTopics > 0 ? `; the venue refused ${refusedTopics} of ${topics} topics` : '';
  const stored = storage === 'DEGRADED' ? '; the database is away, so events wait until it is back' : '';
  return `${opening}${refused}${stored}.`;
}

function withoutCatalogue(problem: CatalogueProblem | undefined): StateWithReason {
  if (problem === undefined) {
    return { state: 'CONNECTING', reason: 'The venue is being asked for its list of contracts.' };
  }
  const next = formatClockTime(problem.retryAtMs);
  const reason = `The venue's list of contracts cannot be loaded: ${problem.message.replace(/\.$/, '')}. The next try is at ${next} UTC.`;
  switch (problem.failure) {
    case 'RATE_LIMITED':
    case 'BANNED':
      return { state: problem.failure, reason, untilMs: problem.retryAtMs };
    case 'GEO_BLOCKED':
      return { state: 'GEO_BLOCKED', reason };
    default:
      return { state: 'ERROR', reason };
  }
}

import { type FeedState } from '@orderfox/domain';
import { type SocketStatus, type VenueError } from '@orderfox/feed';
import { type BookLoss } from '@orderfox/venues';

/**
 * A book that nothing was heard of for longer may have another price by now, although it is shown: venues tell of a book that
 * changes ten times a second.
 */
export const OLD_AFTER_MS = 5_000;

/** How a book stands: LIVE while it is whole, otherwise why it is not shown. */
export interface BookStatus {
  readonly state: FeedState;
  /** One sentence for people, in plain words. */
  readonly reason: string;
  /** Until when the venue wants to be left alone, epoch ms, for RATE_LIMITED and BANNED. */
  readonly untilMs?: number;
}

/** What is known of a book that is not shown. */
export interface MissingBook {
  readonly loss: BookLoss | undefined;
  readonly connection: SocketStatus;
  /** The venue's words, where it does not send this book at all. */
  readonly refusal: string | undefined;
  /** Why the whole book could not be fetched. */
  readonly trouble: VenueError | undefined;
}

const LOSSES: Readonly<Record<BookLoss, BookStatus>> = {
  STARTING: { state: 'SYNCING', reason: 'waiting for the whole book and the changes that follow it' },
  DISCONNECTED: { state: 'SYNCING', reason: 'connected again; waiting for the whole book' },
  GAP: { state: 'RESYNCING', reason: 'changes were missed; waiting for the whole book' },
  CROSSED: { state: 'RESYNCING', reason: 'bids and asks contradict each other; waiting for the whole book' },
  OFF_GRID: {
    state: 'RESYNCING',
    reason: 'prices came that are no multiples of the known tick size; waiting for the whole book',
  },
};
const ONE_SIDED: BookStatus = { state: 'SYNCING', reason: 'nobody bids, or nobody offers' };

/** Connections on which updates may come. */
const OPEN: ReadonlySet<FeedState> = new Set<FeedState>(['LIVE', 'SYNCING']);
/** What a failed request means for the book; others are tried again soon. */
const FAILURES: Partial<Record<VenueError['failure'], FeedState>> = {
  RATE_LIMITED: 'RATE_LIMITED',
  BANNED: 'BANNED',
  GEO_BLOCKED: 'GEO_BLOCKED',
};

/** What a failed request means for what was to be had with it: it is tried again, soon or when the venue wants it. */
export function stateOfFailure(failure: VenueError['failure']): FeedState {
  return FAILURES[failure] ?? 'RESYNCING';
}

/** Says why a book is not shown: what lasts longest comes first. */
export function whyMissing({ loss, connection, refusal, trouble }: MissingBook): BookStatus {
  if (!OPEN.has(connection.state)) return connection;
  if (refusal !== undefined)
    return { state: 'ERROR', reason: `the venue does not send this book: ${refusal}` };
  if (loss === undefined) return ONE_SIDED;
  if (trouble === undefined) return LOSSES[loss];
  const { untilMs } = trouble;
  return {
    state: stateOfFailure(trouble.failure),
    reason: `the whole book could not be fetched: ${trouble.message}`,
    ...(untilMs !== undefined && { untilMs }),
  };
}

import type { LeftOut, RestSubject } from './venue-protocol.js';

/** How a venue misbehaves until told otherwise. All fields together: the state of one venue's switches. */
export interface FaultSettings {
  /** New sockets are refused with this HTTP status: 429, 418, 451, 403, 503. Absent: accepted. */
  readonly refuse?: HttpFault | undefined;
  /**
   * Everything is acknowledged and pings are answered, but no data comes: `ALL` also silences the control streams,
   * `LIQUIDATIONS` is what a quiet market looks like.
   */
  readonly silent: 'NOTHING' | 'LIQUIDATIONS' | 'ALL';
  /** False: requests of clients are neither answered nor carried out. */
  readonly acknowledge: boolean;
  /** Every data frame is written this many times. */
  readonly copies: number;
  /** Data frames are shuffled within windows of this many; 1 keeps the order. */
  readonly reorderWindow: number;
  /** Data frames are written this much later. */
  readonly delayMs: number;
  /** OKX: recent rows come again right after subscribing. On by default, because the venue does it. */
  readonly replayOnSubscribe: boolean;
  /** What answers are without; nothing by default. */
  readonly leavesOut: readonly LeftOut[];
  /** REST answers: this status, or a page of HTML, for all paths, or for those that serve one subject. */
  readonly rest?: (HttpFault & { readonly only?: RestSubject | undefined }) | undefined;
}

/** A refusal over HTTP. */
export interface HttpFault {
  readonly status: number;
  readonly retryAfterSeconds?: number | undefined;
  /** `HANG` never answers; `HTML` answers a page instead of JSON. */
  readonly body?: 'HANG' | 'HTML' | undefined;
}

/** A venue that behaves. */
export const NO_FAULTS: FaultSettings = {
  silent: 'NOTHING',
  acknowledge: true,
  copies: 1,
  reorderWindow: 1,
  delayMs: 0,
  replayOnSubscribe: true,
  leavesOut: [],
};

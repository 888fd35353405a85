/** What is published, as the last part of a stream's key names it. */
export const STREAM_KINDS = ['trades', 'book', 'liquidations', 'funding'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/**
 * One entry of a stream. Its ID is `<place>-0`: places rise within a stream, and the same thing has the same place whoever
 * publishes it, and whenever.
 */
export interface StreamEntry {
  /** Epoch ms at which a bar or a sample begins or a rate was said, or the number of a liquidation. */
  readonly place: number;
  /** Names and values, all of them text. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Where a stream ends. */
export interface StreamEnd {
  /** Of the newest entry that there was, even if it was deleted; `0-0`: there was none. */
  readonly id: string;
  /** The newest entry that is there. */
  readonly last?: { readonly id: string; readonly fields: Readonly<Record<string, string>> } | undefined;
}

/** The ID that nothing has yet. */
export const NO_ENTRY = '0-0';

export function idOf({ place }: Pick<StreamEntry, 'place'>): string {
  return `${place}-0`;
}

/** The place of an ID of ours; of another's ID, that behind which ours can lie. */
export function placeOf(id: string): number {
  return Number(id.split('-', 1)[0]);
}

/** Fields of which some are not known: those are left out, for there is no text that says nothing. */
export function knownFields(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
}

/**
 * The key of a stream: `market:btcusdt:trades`, of the venue that stands for a symbol, or of all of them;
 * `market:btcusdt:trades:okx` of another one.
 */
export function streamKey(prefix: string, symbol: string, kind: StreamKind, venue?: string): string {
  const suffix = venue === undefined ? '' : `:${venue}`;
  return `${prefix}market:${symbol.toLowerCase()}:${kind}${suffix}`;
}

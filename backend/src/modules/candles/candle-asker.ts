/** Who reads history. */
export interface Asker {
  /** Parties take turns, whatever the number of their requests. */
  readonly party: string;
  /** Aborted when nobody waits for the answer any more; its reason is then what asking fails with. */
  readonly signal?: AbortSignal;
  /** There is another venue to ask: what cannot be had of this one in time is not begun. */
  readonly hasChoice?: boolean;
}

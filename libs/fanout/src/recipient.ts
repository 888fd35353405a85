/** One subscriber's way out, given by the transport. What is handed over leaves in that order. */
export interface Recipient {
  /** Takes one rendered event; never waits. */
  deliver(body: Uint8Array): void;
  /** More unsent bytes wait than a reader that keeps up would leave: history pauses, state streams conflate. */
  readonly isCongested: boolean;
  /** Resolves once it is no longer congested, or closed. */
  uncongested(): Promise<void>;
}

/** A consumer took events more slowly than they came, beyond every bound. It can resume after `lastPosition`. */
export class SlowConsumerError extends Error {
  readonly code = 'SLOW_CONSUMER';

  /** `lastPosition`: everything up to and including it was handed over; undefined when nothing had happened yet. */
  constructor(readonly lastPosition: number | undefined) {
    super('the consumer is too slow');
    this.name = 'SlowConsumerError';
  }
}

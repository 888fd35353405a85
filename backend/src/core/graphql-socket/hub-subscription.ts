import { type EventSubscription } from '@orderfox/fanout';
import { ApiError } from '../graphql-errors.js';
import { type Held } from './distinct-selections.js';

/** A running subscription. */
export interface HubSubscription {
  /** Whether every one of its events counts, so that its reader has to be told when it falls behind. */
  readonly isEvents: boolean;
  /** What to tell a reader that was too slow. */
  slowError(): Error;
  /** Ends it; nothing is delivered any more. */
  stop(): void;
}

/** A subscription to events. A class and no closures: there are thousands, and each should hold only what it needs. */
export class EventPlace implements HubSubscription {
  readonly isEvents = true;
  subscription: EventSubscription | undefined;

  constructor(
    private readonly held: Held<unknown>,
    private readonly errorAt: (position: number | undefined) => Error,
  ) {}

  slowError(): Error {
    return this.errorAt(this.subscription?.position);
  }

  stop(): void {
    this.subscription?.stop();
    this.held.release();
  }
}

/** A subscription to states. There is nothing to resume: whoever comes back gets the newest. */
export class StatePlace implements HubSubscription {
  readonly isEvents = false;

  constructor(
    private readonly held: Held<unknown>,
    private readonly leave: () => void,
  ) {}

  slowError(): Error {
    return new ApiError(
      'SLOW_CONSUMER',
      'You read more slowly than states change; subscribe again for the newest',
    );
  }

  stop(): void {
    this.leave();
    this.held.release();
  }
}

import { type ChangesSource } from './changes-topic.js';
import { type EventTopic } from './event-topic.js';
import { type StateSource } from './state-topic.js';

/**
 * What asks for a place in a topic. It is an async iterable by type only, so that a GraphQL executor passes it on: who
 * serves it joins the topic, and nothing iterates.
 */
abstract class Joinable implements AsyncIterable<never> {
  [Symbol.asyncIterator](): AsyncIterator<never> {
    throw new Error('a stream of a topic is joined, not iterated');
  }
}

/** A wish for events: of one topic, by one filter, from now on or from a position. */
export class EventStream<T extends object, F> extends Joinable {
  constructor(
    readonly topic: EventTopic<T, F>,
    readonly filter: F,
    /** Deliver everything after this position first; absent: only what comes from now on. */
    readonly after: number | undefined,
    /** The error for a reader who was too slow and may resume after this position; undefined: from now on. */
    readonly slowError: (position: number | undefined) => Error,
  ) {
    super();
  }
}

/** A wish for states, each key's newest. */
export class StateStream<T> extends Joinable {
  constructor(
    /** Equal for equal states: who passes the same one shares what is made of them. */
    readonly key: string,
    readonly source: StateSource<T>,
  ) {
    super();
  }
}

/** A wish for a whole, and then for what is touched of it. */
export class ChangesStream<K, T> extends Joinable {
  constructor(
    /** Equal for equal changes: who passes the same one shares what is made of them. */
    readonly key: string,
    readonly source: ChangesSource<K, T>,
  ) {
    super();
  }
}

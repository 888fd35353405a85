import {
  ChangesStream,
  ChangesTopic,
  EventStream,
  StateStream,
  StateTopic,
  type Recipient,
  type SharedRenderer,
} from '@orderfox/fanout';
import {
  createSourceEventStream,
  execute,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { type PreparedOperation } from '../graphql/api-policy.js';
import { type ErrorFormatter } from '../graphql/error-formatter.js';
import { OperationLife } from '../graphql/operation-life.js';
import { DistinctSelections, type Held } from './distinct-selections.js';
import { type ResultForm } from './result-form.js';
import { EventPlace, StatePlace, type HubSubscription } from './hub-subscription.js';
import { PlainSelection } from './plain-selection.js';
import { selectionShape, sharingKey } from './shared-selection.js';

/** What subscriptions are served with. */
export interface HubParts {
  readonly schema: GraphQLSchema;
  readonly errors: ErrorFormatter;
  /** The most different selections that are rendered at the same time, and of them the most of one client. */
  readonly limits: { readonly selections: number; readonly selectionsPerClient: number };
  /** Runs a task at the end of this turn of the event loop. */
  readonly nextTurn: (task: () => void) => void;
  readonly onFault: (error: unknown) => void;
}

/** Who subscribes, and how it hears. */
export interface HubRequest {
  readonly operation: PreparedOperation;
  /** Key of the client that asks, see ClientLedger. */
  readonly client: string;
  readonly recipient: Recipient;
  /** How results are written; as GraphQL has them if absent. */
  readonly form?: ResultForm;
  /** Called once when the stream cannot go on; nothing is delivered after it. */
  readonly onFailed: (error: unknown) => void;
}

/** What is asked for where only the newest counts. */
type NewestStream = StateStream<unknown> | ChangesStream<unknown, unknown>;
/** What serves it. */
type NewestTopic = StateTopic<unknown> | ChangesTopic<unknown, unknown>;

/** Events all count, of states only the newest does: what there is of each. */
export type PerKind = Readonly<Record<'events' | 'states', number>>;

/** What a hub holds. */
export interface HubCounts {
  readonly selections: PerKind;
  readonly members: PerKind;
}

/**
 * Serves subscriptions. Resolvers are asked once per subscriber which stream is meant; what is made of an event is
 * made once for all who selected the same, and handed to each as the same bytes.
 */
export class SubscriptionHub {
  readonly #renderers: DistinctSelections<SharedRenderer<object>>;
  readonly #states: DistinctSelections<NewestTopic>;
  /** Those of events that had members when they were last counted. */
  readonly #topics = new Set<{ readonly memberCount: number }>();

  constructor(private readonly parts: HubParts) {
    const { selections, selectionsPerClient } = parts.limits;
    this.#renderers = new DistinctSelections(selections, selectionsPerClient);
    this.#states = new DistinctSelections(selections, selectionsPerClient);
  }

  /** Different selections that are rendered now. */
  get selectionCount(): number {
    return this.#renderers.size + this.#states.size;
  }

  /** Different selections that are rendered now, and members of the topics behind them: for metrics. */
  count(): HubCounts {
    // Asked of the topics, not counted here: a member that was left behind would show.
    const members = { events: 0, states: 0 };
    for (const topic of this.#topics) {
      members.events += topic.memberCount;
      if (topic.memberCount === 0) this.#topics.delete(topic);
    }
    for (const topic of this.#states.values()) members.states += topic.memberCount;
    return { selections: { events: this.#renderers.size, states: this.#states.size }, members };
  }

  /** Joins the stream that the operation asks for. Resolves with errors where the resolver or a limit refuses. */
  async join(request: HubRequest): Promise<HubSubscription | readonly GraphQLError[]> {
    const life = new OperationLife(request.client);
    try {
      const joined = await this.#join(request, life);
      if ('length' in joined) life.end();
      return joined;
    } catch (error) {
      life.end();
      throw error;
    }
  }

  async #join(request: HubRequest, life: OperationLife): Promise<HubSubscription | readonly GraphQLError[]> {
    const { operation } = request;
    const stream = await createSourceEventStream({
      schema: this.parts.schema,
      document: operation.document,
      ...(operation.operationName !== undefined && { operationName: operation.operationName }),
      variableValues: operation.variables,
      contextValue: { life },
    });
    if (isEventStream(stream)) return this.#joinEvents(stream, request, life);
    if (stream instanceof StateStream || stream instanceof ChangesStream) {
      return this.#joinNewest(stream, request, life);
    }
    if ('errors' in stream) return stream.errors ?? [];
    throw new Error('a subscription resolver must return a stream of a topic');
  }

  #joinEvents(
    stream: EventStream<object, unknown>,
    request: HubRequest,
    life: OperationLife,
  ): HubSubscription {
    const { topic, filter, after, slowError } = stream;
    const held = withLife(this.#takeRenderer(stream, request), life);
    const place = new EventPlace(held, slowError);
    this.#topics.add(topic);
    return releasing(held, () => {
      place.subscription = topic.join({
        filter,
        renderer: held.value,
        recipient: request.recipient,
        party: request.client,
        ...(after !== undefined && { after }),
        onFailed: request.onFailed,
      });
      return place;
    });
  }

  #takeRenderer({ topic }: EventStream<object, unknown>, { operation, client, form }: HubRequest) {
    const make = () => {
      const { document, definition } = operation;
      const plain =
        form === undefined ? PlainSelection.of(this.parts.schema, document, definition) : undefined;
      return topic.rendererOf((event) => {
        const text = plain?.render(event);
        return text === undefined ? this.#render(operation, event, form) : Buffer.from(text);
      });
    };
    return this.#renderers.take(keyOf(operation, form), client, make);
  }

  #joinNewest(stream: NewestStream, request: HubRequest, life: OperationLife): HubSubscription {
    const held = withLife(this.#takeTopic(stream, request), life);
    return releasing(held, () => new StatePlace(held, held.value.join(request.recipient)));
  }

  #takeTopic(stream: NewestStream, { operation, client, form }: HubRequest): Held<NewestTopic> {
    const { nextTurn, onFault } = this.parts;
    const render = (state: unknown) => this.#render(operation, state, form);
    const make = () =>
      stream instanceof StateStream
        ? new StateTopic(stream.source, render, nextTurn, onFault)
        : new ChangesTopic(stream.source, render, nextTurn, onFault);
    return this.#states.take(`${stream.key}\n${keyOf(operation, form)}`, client, make);
  }

  /** The payload of `next` for one event, whoever gets it: nothing of it may depend on the subscriber. */
  #render(
    operation: PreparedOperation,
    event: unknown,
    form: ResultForm | undefined,
  ): Uint8Array | Promise<Uint8Array> {
    const result = execute({
      schema: this.parts.schema,
      document: operation.document,
      ...(operation.operationName !== undefined && { operationName: operation.operationName }),
      variableValues: operation.variables,
      contextValue: {},
      rootValue: event,
    });
    return result instanceof Promise
      ? result.then((done: ExecutionResult) => this.#bytes(done, form))
      : this.#bytes(result, form);
  }

  #bytes(result: ExecutionResult, form: ResultForm | undefined): Uint8Array {
    if (form !== undefined) return Buffer.from(form.write(result));
    const { data, errors } = result;
    const problems = errors && { errors: errors.map((error) => this.parts.errors.format(error)) };
    return Buffer.from(JSON.stringify({ ...problems, data }));
  }
}

function isEventStream(stream: unknown): stream is EventStream<object, unknown> {
  return stream instanceof EventStream;
}

/** With it ends what its resolver took. As a rule that is nothing: then the life is not kept, for there are thousands. */
function withLife<V>(held: Held<V>, life: OperationLife): Held<V> {
  if (!life.isHolding) return held;
  return {
    value: held.value,
    release: () => {
      held.release();
      life.end();
    },
  };
}

/** Gives back what is held if there is no one to hold it for. */
function releasing<R>(held: Held<unknown>, join: () => R): R {
  try {
    return join();
  } catch (error) {
    held.release();
    throw error;
  }
}

/** Nothing that is printed of a selection begins like the name of a form does. */
function keyOf({ document, definition, variables }: PreparedOperation, form: ResultForm | undefined): string {
  const key = sharingKey(selectionShape(document, definition), variables);
  return form === undefined ? key : `#${form.name}\n${key}`;
}

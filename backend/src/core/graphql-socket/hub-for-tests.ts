import {
  ChangesStream,
  EventStream,
  EventTopic,
  StateStream,
  type EventSource,
  type Recipient,
} from '@orderfox/fanout';
import { systemClock } from '@orderfox/feed';
import { buildSchema, GraphQLObjectType, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { ApiPolicy, type PreparedOperation } from '../graphql/api-policy.js';
import { API_LIMITS, type ApiLimits } from '../graphql/api-limits.js';
import { ErrorFormatter } from '../graphql/error-formatter.js';
import { type OperationLife } from '../graphql/operation-life.js';
import { TroubleLog } from '../graphql/trouble-log.js';
import { ApiError } from '../graphql-errors.js';
import { atEndOfTurn, endOfTurn } from '../turns.js';
import { type HubSubscription } from './hub-subscription.js';
import { type ResultForm } from './result-form.js';
import { SubscriptionHub } from './subscription-hub.js';

/** For specs: an event with something of everything that can be selected. */
export interface Happening {
  readonly n: number;
  readonly group: string;
  readonly size: number;
  /** Null is where a field that must not be null breaks. */
  readonly text: string | null;
  readonly parts: readonly { readonly name: string; readonly weight: number | null }[];
}

interface Wanted {
  readonly groups?: readonly string[];
  readonly atLeast?: number;
}

/** Arguments of `happened`. */
interface Arguments {
  readonly groups?: readonly string[] | null;
  readonly atLeast?: number | null;
  readonly after?: number | null;
}

interface Context {
  readonly life: OperationLife;
}

const SDL = `
  type Query { none: Int }
  type Subscription {
    happened(groups: [String!], atLeast: Int, after: Int): Happening
    state(key: String): Happening!
    changes(group: String!): Changes!
    stray: Happening
  }
  type Changes { isUpdate: Boolean!, states: [Happening!]! }
  interface Named { name: String! }
  type Part implements Named { name: String!, weight: Float, whole: Happening }
  type Happening implements Named {
    n: Int!, name: String!, group: String!, size(times: Int = 1): Int!
    text(upper: Boolean = false): String, must: String!, odd: String
    parts(first: Int): [Part!]!, named: [Named!]!, later: String
  }
`;

/** Whatever a generator comes up with fits. */
const SPACIOUS: ApiLimits = {
  ...API_LIMITS,
  characters: 100_000,
  tokens: 10_000,
  depth: 50,
  aliases: 1_000,
  directives: 1_000,
  cost: Number.MAX_SAFE_INTEGER,
};

/** For specs: who subscribed, and the bodies that it got. */
export interface Hearer {
  readonly bodies: string[];
  readonly subscription: HubSubscription;
}

/** For specs: a hub over a schema of its own, which counts what it executes. */
export class HubForTests {
  readonly schema: GraphQLSchema = buildSchema(SDL);
  readonly stored: Happening[] = [];
  readonly states = new Map<string, Happening>();
  readonly faults: unknown[] = [];
  readonly #listeners = new Set<(event: Happening) => void>();
  readonly #stateListeners = new Set<(key: string) => void>();
  readonly topic = new EventTopic<Happening, Wanted>(this.#source(), endOfTurn, (error) =>
    this.faults.push(error),
  );
  readonly hub: SubscriptionHub;
  readonly #policy = new ApiPolicy(SPACIOUS);
  /** How many subscriptions hold what their resolvers took for them. */
  held = 0;
  /** How often an operation was executed for an event or a state. */
  executions = 0;

  constructor(limits = { selections: 1_000, selectionsPerClient: 1_000 }) {
    this.#addResolvers();
    const silent = { warn: () => undefined, error: () => undefined };
    this.hub = new SubscriptionHub({
      schema: this.schema,
      errors: new ErrorFormatter(new TroubleLog(silent, systemClock, () => 'reference')),
      limits,
      nextTurn: atEndOfTurn,
      onFault: (error) => this.faults.push(error),
    });
  }

  prepare(query: string, variables: object = {}, operationName?: string): PreparedOperation {
    const sent = JSON.parse(JSON.stringify({ query, variables, operationName })) as object;
    const prepared = this.#policy.prepare(this.schema, sent);
    if (prepared.ok) return prepared.operation;
    throw new AggregateError(prepared.errors, prepared.errors.map(({ message }) => message).join('; '));
  }

  /** Joins, or throws what it is refused with. */
  async subscribe(operation: PreparedOperation, client = 'client', form?: ResultForm): Promise<Hearer> {
    const bodies: string[] = [];
    const recipient: Recipient = {
      deliver: (body) => bodies.push(Buffer.from(body).toString()),
      isCongested: false,
      uncongested: () => Promise.resolve(),
    };
    const onFailed = (error: unknown) => this.faults.push(error);
    const subscription = await this.hub.join({
      operation,
      client,
      recipient,
      onFailed,
      ...(form && { form }),
    });
    if ('length' in subscription) throw subscription[0] ?? new Error('refused without a reason');
    return { bodies, subscription };
  }

  /** Stores and announces an event. */
  publish(given: Partial<Happening> = {}): Happening {
    const n = this.stored.length + 1;
    const event = { n, group: 'a', size: n, text: `text ${n}`, parts: [], ...given };
    this.stored.push(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  change(key: string, state: Happening): void {
    this.states.set(key, state);
    for (const listener of this.#stateListeners) listener(key);
  }

  /** How many keys each answer to a question for changes was about; none for a snapshot. */
  readonly changesAsked: (number | undefined)[] = [];

  #changesOf(group: string): ChangesStream<string, object> {
    const ofGroup = () => [...this.states].filter(([, state]) => state.group === group);
    return new ChangesStream(group, {
      snapshot: () => {
        this.changesAsked.push(undefined);
        return Promise.resolve({ isUpdate: false, states: ofGroup().map(([, state]) => state) });
      },
      read: (keys) => {
        this.changesAsked.push(keys.length);
        const states = ofGroup().filter(([key]) => keys.includes(key));
        return Promise.resolve({ isUpdate: true, states: states.map(([, state]) => state) });
      },
      subscribe: (onTouched) => {
        const listener = (key: string) => onTouched([key]);
        this.#stateListeners.add(listener);
        return () => this.#stateListeners.delete(listener);
      },
    });
  }

  get stateListeners(): number {
    return this.#stateListeners.size;
  }

  #source(): EventSource<Happening, Wanted> {
    const matches = ({ group, size }: Happening, { groups, atLeast }: Wanted) =>
      (groups === undefined || groups.includes(group)) && (atLeast === undefined || size >= atLeast);
    return {
      subscribeLive: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      readAfter: (filter, after, upTo, limit) =>
        Promise.resolve(
          this.stored
            .filter((event) => event.n > after && event.n <= upTo && matches(event, filter))
            .slice(0, limit),
        ),
      latest: () => Promise.resolve(this.stored.length),
      positionOf: ({ n }) => n,
      matches,
      indexed: ({ groups, atLeast }) => ({
        indexed: { keys: [groups], ...(atLeast !== undefined && { atLeast: String(atLeast) }) },
        isWhole: true,
      }),
      lookup: ({ group, size }) => ({ values: [group], size: String(size) }),
      compareSizes: (a, b) => Number(a) - Number(b),
    };
  }

  #addResolvers(): void {
    const count = (event: unknown) => {
      this.executions += 1;
      return event;
    };
    this.#field('Subscription', 'happened', {
      subscribe: (_root: unknown, args: Arguments, context: Context) => {
        this.#hold(context);
        const { groups, atLeast, after } = args;
        const filter = { ...(groups && { groups }), ...(typeof atLeast === 'number' && { atLeast }) };
        return new EventStream(
          this.topic,
          filter,
          after ?? undefined,
          () => new ApiError('SLOW_CONSUMER', 'too slow'),
        );
      },
      resolve: count,
    });
    this.#field('Subscription', 'state', {
      subscribe: (_root: unknown, { key }: { readonly key?: string }, context: Context) => {
        this.#hold(context);
        if (key === 'refused') throw new ApiError('UNAVAILABLE', 'there is none');
        return new StateStream(key ?? '*', {
          keys: () => (key === undefined ? this.states.keys() : [key]),
          read: (wanted) => this.states.get(wanted),
          subscribe: (onChanged) => {
            this.#stateListeners.add(onChanged);
            return () => this.#stateListeners.delete(onChanged);
          },
        });
      },
      resolve: count,
    });
    this.#field('Subscription', 'changes', {
      subscribe: (_root: unknown, { group }: { readonly group: string }) => this.#changesOf(group),
      resolve: count,
    });
    this.#field('Subscription', 'stray', {
      subscribe: (_root: unknown, _args: unknown, context: Context) => {
        this.#hold(context);
        return { [Symbol.asyncIterator]: () => ({ next: () => undefined }) };
      },
    });
    this.#field('Happening', 'name', { resolve: ({ n }: Happening) => `number ${n}` });
    this.#field('Happening', 'size', {
      resolve: ({ size }: Happening, { times }: { times: number | null }) => size * (times ?? 0),
    });
    this.#field('Happening', 'text', {
      resolve: ({ text }: Happening, { upper }: { upper: boolean | null }) =>
        upper === true ? text?.toUpperCase() : text,
    });
    this.#field('Happening', 'must', { resolve: ({ text }: Happening) => text });
    this.#field('Happening', 'odd', {
      resolve: ({ n }: Happening) => {
        if (n % 2 === 0) throw new ApiError('UNAVAILABLE', 'not for even numbers');
        return 'odd';
      },
    });
    this.#field('Happening', 'later', { resolve: ({ n }: Happening) => Promise.resolve(`later ${n}`) });
    this.#field('Happening', 'parts', {
      resolve: ({ parts }: Happening, { first }: { first?: number | null }) =>
        parts.slice(0, first ?? undefined),
    });
    this.#field('Happening', 'named', {
      resolve: (event: Happening) => [
        { __typename: 'Happening', ...event },
        ...event.parts.map((part) => ({ __typename: 'Part', ...part })),
      ],
    });
    this.#field('Part', 'whole', { resolve: () => this.stored[0] });
  }

  #hold({ life }: Context): void {
    this.held += 1;
    life.onEnd(() => (this.held -= 1));
  }

  #field(type: string, name: string, resolvers: object): void {
    const owner = this.schema.getType(type);
    if (!(owner instanceof GraphQLObjectType)) throw new Error(`no type ${type}`);
    Object.assign(owner.getFields()[name] ?? {}, resolvers);
  }
}

/** For specs: the data of a body, as the text that it is. */
export function dataText(body: string): string {
  return JSON.stringify((JSON.parse(body) as ExecutionResult).data);
}

import { type Clock, type Timer } from './clock.js';
import { type SendPacer } from './send-pacer.js';
import { type SocketProtocol, type SubscribeRequest } from './socket-protocol.js';

/** How long a venue may take to answer a request before it is sent once more, and then before we give up. */
export const ACK_WITHIN_MS = 10_000;

/** Halvings of refused requests per connection, so that a venue that refuses everything is not hammered. */
const MAX_SPLITS = 32;

type Operation = 'subscribe' | 'unsubscribe';

interface OpenRequest {
  readonly id: string;
  readonly operation: Operation;
  readonly attempt: number;
  /** Topics of it that have not been answered. */
  readonly topics: Set<string>;
  timer?: Timer;
}

interface TopicRecord {
  readonly status: 'asked' | 'held' | 'leaving' | 'refused';
  /** The newest request about this topic; answers to older ones no longer count. */
  readonly requestId: string;
}

/** What the ledger needs of its connection. */
export interface LedgerPorts {
  readonly protocol: Pick<SocketProtocol, 'subscribe' | 'unsubscribe'>;
  readonly clock: Clock;
  readonly pacer: Pick<SendPacer, 'send'>;
  readonly write: (text: string) => void;
  /** Every wanted topic is now either acknowledged or refused. Called each time this becomes true. */
  readonly onSettled: () => void;
  readonly onRefused: (topic: string, reason: string) => void;
  /** A request was not answered in time; `final` when it was the second try and the topics are given up as refused. */
  readonly onUnanswered: (topics: readonly string[], final: boolean) => void;
}

/**
 * Which topics one connection carries: wanted, asked for, acknowledged or refused. It asks at the pacer's speed, sends
 * an unanswered request once more after 10 s, and changes the set at any time. The venue's answers find their request
 * by id, else by topic, else by order, for venues differ in what they echo.
 */
export class SubscriptionLedger {
  #wanted: ReadonlySet<string> = new Set();
  readonly #topics = new Map<string, TopicRecord>();
  /** In the order they were made, which is the order in which they are sent and answered. */
  readonly #open = new Map<string, OpenRequest>();
  readonly #asked = new Set<string>();
  /** Topics that were released to be asked for afresh, until an answer shows whether that helped. */
  readonly #released = new Set<string>();
  #unsent = 0;
  #splits = 0;
  #settled = false;
  #stopped = false;

  constructor(private readonly ports: LedgerPorts) {}

  /** Sets what is wanted. Refused topics get another chance when this differs from before. */
  want(topics: ReadonlySet<string>): void {
    if (topics.size === this.#wanted.size && [...topics].every((topic) => this.#wanted.has(topic))) return;
    this.#wanted = topics;
    this.askForRefused();
  }

  /** Gives refused topics another chance, with as many halvings as at first: a refusal need not be for ever. */
  askForRefused(): void {
    this.#splits = 0;
    this.#released.clear();
    for (const [topic, { status }] of this.#topics) if (status === 'refused') this.#topics.delete(topic);
    this.#askForChanges();
  }

  /** Whether the venue carries a topic, as far as it has said. */
  holds(topic: string): boolean {
    return this.#topics.get(topic)?.status === 'held';
  }

  /** Whether the connection carries any wanted topic besides `control`, once all answers are in. */
  holdsAnyBut(control: string): boolean {
    for (const [topic, { status }] of this.#topics) if (status === 'held' && topic !== control) return true;
    return false;
  }

  /** The venue took a request, or these topics. Answers to what was never asked are ignored. */
  acknowledge(id?: string, topics?: readonly string[]): void {
    for (const [request, topic] of this.#answered(id, topics)) this.#resolve(request, topic);
    this.#checkSettled();
  }

  /**
   * The venue carries these topics already and failed the request for it. Each such answer names one topic, so what
   * else of the request is carried would come to light one by one: the rest is released and asked for afresh, after
   * which the venue carries none of it but what it acknowledges. Where releasing did not help, each is asked for alone.
   */
  acknowledgeSome(id: string | undefined, topics: readonly string[]): void {
    const named = this.#answered(id, topics);
    for (const [request, topic] of named) this.#resolve(request, topic);
    for (const request of new Set(named.map(([answered]) => answered))) this.#askAfresh(request);
    this.#checkSettled();
  }

  /**
   * The venue refused a request, or these topics of it; what else the request held is asked for again. When nobody
   * says which topic was bad, the request is halved until the culprit stands alone. False: nothing asked is meant.
   */
  refuse(reason: string, id?: string, topics?: readonly string[]): boolean {
    const named = topics === undefined ? [] : this.#answered(id, topics);
    const whole = named.length > 0 ? undefined : this.#find(id, topics);
    for (const [request, topic] of named) this.#refuseTopic(request, topic, reason);
    for (const request of new Set(named.map(([answered]) => answered))) {
      // Of the failed batch some may be carried now, so that releasing them can help once more.
      for (const topic of request.topics) this.#released.delete(topic);
      this.#askAgain(request, request.attempt);
    }
    if (whole !== undefined) this.#refuseRequest(whole, reason);
    this.#checkSettled();
    return named.length > 0 || whole !== undefined;
  }

  /** Cancels every timer; answers no longer count. */
  stop(): void {
    this.#stopped = true;
    for (const request of this.#open.values()) request.timer?.cancel();
    this.#open.clear();
  }

  /** Sends the difference between what is wanted and what is held, one batch at a time so that churn melts together. */
  #askForChanges(): void {
    if (this.#stopped || this.#unsent > 0) return;
    const leaving = [...this.#topics]
      .filter(([topic, { status }]) => (status === 'held' || status === 'asked') && !this.#wanted.has(topic))
      .map(([topic]) => topic);
    if (leaving.length > 0) this.#ask('unsubscribe', leaving, 1);
    const missing = [...this.#wanted].filter((topic) => {
      const status = this.#topics.get(topic)?.status;
      return status === undefined || status === 'leaving';
    });
    if (missing.length > 0) this.#ask('subscribe', missing, 1);
    this.#checkSettled();
  }

  #ask(operation: Operation, topics: readonly string[], attempt: number): void {
    const left = new Map(topics.map((topic) => [topic, 'the protocol makes no request for it']));
    const batch: [OpenRequest, string][] = [];
    for (const packed of this.#pack(operation, left)) {
      const request: OpenRequest = { id: packed.id, operation, attempt, topics: new Set(packed.topics) };
      this.#open.set(request.id, request);
      for (const topic of packed.topics) {
        left.delete(topic);
        this.#record(topic, operation === 'subscribe' ? 'asked' : 'leaving', request.id);
      }
      batch.push([request, packed.text]);
    }
    // A topic that its own protocol cannot put into words would otherwise be waited for without end.
    for (const [topic, reason] of left) this.#giveUp(operation, topic, reason);
    // Sending comes last: the pacer may run the first one at once, and that looks at the records of all of them.
    this.#unsent += batch.length;
    for (const [request, text] of batch) this.ports.pacer.send(() => this.#write(request, text));
  }

  /** The requests for these topics; a protocol that throws gives none, and its reason for each topic. */
  #pack(operation: Operation, topics: Map<string, string>): readonly SubscribeRequest[] {
    try {
      return this.ports.protocol[operation]([...topics.keys()]);
    } catch (error) {
      for (const topic of topics.keys())
        topics.set(topic, `the protocol makes no request for it: ${String(error)}`);
      return [];
    }
  }

  #giveUp(operation: Operation, topic: string, reason: string): void {
    if (operation === 'unsubscribe') {
      this.#forget(topic);
      return;
    }
    this.#record(topic, 'refused', '');
    this.ports.onRefused(topic, reason);
  }

  #write(request: OpenRequest, text: string): void {
    this.#unsent -= 1;
    request.timer = this.ports.clock.after(ACK_WITHIN_MS, () => this.#unanswered(request));
    this.ports.write(text);
    this.#askForChanges();
  }

  #unanswered(request: OpenRequest): void {
    const topics = this.#current(request);
    const final = request.attempt > 1 && request.operation === 'subscribe' && topics.length > 0;
    if (request.attempt === 1) this.#askAgain(request, 2);
    else this.#drop(request);
    if (request.attempt > 1 && request.operation === 'unsubscribe') {
      // What a venue does not let go of does no harm: its frames are simply not wanted.
      for (const topic of topics) this.#forget(topic);
    }
    if (final) for (const topic of topics) this.#record(topic, 'refused', request.id);
    this.ports.onUnanswered(topics, final);
    this.#checkSettled();
  }

  #refuseRequest(request: OpenRequest, reason: string): void {
    const topics = this.#current(request);
    if (topics.length > 1 && request.operation === 'subscribe' && this.#splits < MAX_SPLITS) {
      this.#splits += 1;
      this.#drop(request);
      const half = Math.ceil(topics.length / 2);
      this.#ask('subscribe', topics.slice(0, half), request.attempt);
      this.#ask('subscribe', topics.slice(half), request.attempt);
      return;
    }
    for (const topic of [...request.topics]) this.#refuseTopic(request, topic, reason);
    this.#drop(request);
  }

  #refuseTopic(request: OpenRequest, topic: string, reason: string): void {
    const counts = this.#take(request, topic);
    if (!counts) return;
    if (request.operation === 'unsubscribe') {
      this.#forget(topic);
      return;
    }
    this.#record(topic, 'refused', request.id);
    this.ports.onRefused(topic, reason);
  }

  #resolve(request: OpenRequest, topic: string): void {
    if (!this.#take(request, topic)) return;
    if (request.operation === 'subscribe') this.#record(topic, 'held', request.id);
    else this.#forget(topic);
  }

  /** Sends the unanswered rest of a request as a new one. */
  #askAgain(request: OpenRequest, attempt: number): void {
    const topics = this.#current(request);
    this.#drop(request);
    if (topics.length > 0) this.#ask(request.operation, topics, attempt);
  }

  /** Asks for the rest of a request when it is unknown what of it the venue carries. */
  #askAfresh(request: OpenRequest): void {
    const topics = this.#current(request);
    this.#drop(request);
    if (topics.length === 0) return;
    if (request.operation === 'unsubscribe') {
      this.#ask('unsubscribe', topics, request.attempt);
    } else if (topics.some((topic) => this.#released.has(topic))) {
      for (const topic of topics) this.#ask('subscribe', [topic], request.attempt);
    } else {
      for (const topic of topics) this.#released.add(topic);
      // Once this is written, the wanted ones among them are missing and asked for again.
      this.#ask('unsubscribe', topics, 1);
    }
  }

  /** The request and topic pairs that an answer speaks of. */
  #answered(id?: string, topics?: readonly string[]): [OpenRequest, string][] {
    const byId = this.#find(id, topics);
    if (topics === undefined)
      return byId === undefined ? [] : [...byId.topics].map((topic): [OpenRequest, string] => [byId, topic]);
    return topics.flatMap((topic): [OpenRequest, string][] => {
      const request = byId?.topics.has(topic) === true ? byId : this.#oldestWith(topic);
      return request === undefined ? [] : [[request, topic]];
    });
  }

  /** By id; without an id and without topics the oldest that was sent, for a connection answers in order. */
  #find(id?: string, topics?: readonly string[]): OpenRequest | undefined {
    if (id !== undefined) return this.#open.get(id);
    return topics === undefined ? this.#firstSent(() => true) : undefined;
  }

  #oldestWith(topic: string): OpenRequest | undefined {
    return this.#firstSent((request) => request.topics.has(topic));
  }

  #firstSent(matches: (request: OpenRequest) => boolean): OpenRequest | undefined {
    for (const request of this.#open.values()) {
      if (request.timer !== undefined && matches(request)) return request;
    }
    return undefined;
  }

  /** Takes a topic out of a request; false when a newer request about the topic makes the answer void. */
  #take(request: OpenRequest, topic: string): boolean {
    request.topics.delete(topic);
    if (request.topics.size === 0) this.#drop(request);
    return this.#topics.get(topic)?.requestId === request.id;
  }

  /** Topics of a request that no newer request is about. */
  #current(request: OpenRequest): string[] {
    return [...request.topics].filter((topic) => this.#topics.get(topic)?.requestId === request.id);
  }

  #drop(request: OpenRequest): void {
    request.timer?.cancel();
    this.#open.delete(request.id);
  }

  #record(topic: string, status: TopicRecord['status'], requestId: string): void {
    this.#topics.set(topic, { status, requestId });
    if (status === 'asked') this.#asked.add(topic);
    else this.#asked.delete(topic);
    if (status === 'asked') this.#settled = false;
  }

  #forget(topic: string): void {
    this.#topics.delete(topic);
    this.#asked.delete(topic);
  }

  #checkSettled(): void {
    if (this.#settled || this.#stopped || this.#asked.size > 0 || this.#unsent > 0) return;
    this.#settled = true;
    this.ports.onSettled();
  }
}

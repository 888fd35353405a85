import { WebSocket } from 'ws';
import { type ProtocolMessage } from '../../core/graphql-socket/raw-client-for-tests.js';
import { CuttableLine } from './resume-line-for-tests.js';
import { type ResumeProcess } from './resume-process-for-tests.js';

/**
 * For specs: when a client is killed. `subscribing`: right after it asked; `asking`: when the database has said where
 * the stream stands; `reading`: while a page of history is read; `handOver`: when the last page is read and the API
 * has not got it yet, before it turns live; `catchingUp`: at an event of the past; `live`: at one that came after it
 * was made live; `midFrame`: when a part of a frame has arrived.
 */
export const PHASES = [
  'subscribing',
  'asking',
  'reading',
  'handOver',
  'catchingUp',
  'live',
  'midFrame',
] as const;
export type Phase = (typeof PHASES)[number];

/** For specs: how a client is to be killed. */
export interface Kill {
  readonly phase: Phase;
  /** For the last three phases: how many events it lives to see. */
  readonly events: number;
}

/**
 * For specs: how a connection ended. `restart`: the server went; `slow`: it was told so; `dismissed`: by the spec;
 * `broken`: by anything that should not happen.
 */
export type Ending = Phase | 'restart' | 'slow' | 'dismissed' | 'broken';

/** For specs: an event as the subscription gives it. */
export interface EventRow {
  readonly id: string;
  readonly cursor: string;
}

/** For specs: what a connection is made of. */
export interface ConnectionParts {
  readonly process: ResumeProcess;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly after: string;
  readonly kill: Kill | undefined;
  /** In [0, 1). */
  readonly chance: () => number;
  readonly seqOf: (cursor: string) => number;
  readonly onEvent: (row: EventRow) => void;
  readonly onProblem: (problem: unknown) => void;
}

const LIVE = `subscription ($filter: LiquidationFilter, $after: Cursor) {
  liquidationAdded(filter: $filter, after: $after) { id cursor }
}`;

/** Live events after which a client dies that could not die as it was to. */
const PATIENCE = 400;

/** For specs: one connection of a client with one subscription, until it dies of whatever. */
export class ResumeConnection {
  readonly ending: Promise<Ending>;
  /** Whether its subscription has reached the topic. */
  hasJoined = false;
  #kill: Kill | undefined;
  #hasAsked = false;
  /** What comes after this seq comes live. */
  #liveAfter = Number.POSITIVE_INFINITY;
  #got = 0;
  #gotLive = 0;
  readonly #line: CuttableLine;
  readonly #socket: WebSocket;
  #end: ((ending: Ending) => void) | undefined;

  constructor(readonly parts: ConnectionParts) {
    const { process, chance } = parts;
    this.#kill = parts.kill;
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.ending = promise;
    this.#end = resolve;
    this.#line = new CuttableLine(process.port, chance);
    this.#socket = new WebSocket(process.api.socketUrl, 'graphql-transport-ws', {
      createConnection: () => this.#line,
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', (code) => this.#over(this.#endingOf(code)));
    this.#socket.on('open', () => this.#send({ type: 'connection_init' }));
    this.#socket.on('message', (data: Buffer) => {
      if (!this.isOver) this.#take(JSON.parse(data.toString()) as ProtocolMessage);
    });
  }

  get isOver(): boolean {
    return this.#end === undefined;
  }

  /** Whether the server is about to find a place for it. */
  get isAsking(): boolean {
    return this.#hasAsked && !this.hasJoined && !this.isOver;
  }

  /** Dies if this is how it is to die. */
  reached(phase: Phase): void {
    if (this.#kill?.phase === phase) this.#over(phase);
  }

  /** The API has made it live: everything up to this seq has been handed over. */
  wentLive(seq: number): void {
    this.#liveAfter = seq;
  }

  /** Forgets how it was to die. */
  spare(): void {
    this.#kill = undefined;
    this.#line.spare();
  }

  dismiss(): void {
    this.#over('dismissed');
  }

  #over(ending: Ending): void {
    const end = this.#end;
    if (end === undefined) return;
    this.#end = undefined;
    this.#socket.terminate();
    end(ending);
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #take({ type, payload }: ProtocolMessage): void {
    if (type === 'connection_ack') this.#subscribe();
    else if (type === 'next') this.#note(payload as EventPayload);
    else if (type === 'error') this.#refused(payload as readonly Problem[]);
    else if (type === 'ping') this.#send({ type: 'pong' });
  }

  #subscribe(): void {
    const { filter, after, chance } = this.parts;
    this.#hasAsked = true;
    this.#send({ type: 'subscribe', id: '1', payload: { query: LIVE, variables: { filter, after } } });
    if (this.#kill?.phase !== 'subscribing') return;
    // The request leaves at once; how far the server comes with it differs.
    const wait = (turns: number) => {
      if (turns > 0) setImmediate(() => wait(turns - 1));
      else this.reached('subscribing');
    };
    wait(Math.floor(chance() * 4));
  }

  #note(payload: EventPayload): void {
    const row = payload.data?.liquidationAdded;
    if (row === undefined) {
      this.parts.onProblem(payload);
      return;
    }
    this.parts.onEvent(row);
    this.#got += 1;
    const isLive = this.parts.seqOf(row.cursor) > this.#liveAfter;
    if (isLive) this.#gotLive += 1;
    if (this.#kill !== undefined) this.#dieIfDue(this.#kill, isLive);
  }

  #dieIfDue({ phase, events }: Kill, isLive: boolean): void {
    if (phase === 'midFrame' && this.#got >= events) this.#line.tearFrame(() => this.#over('midFrame'));
    else if (isLive && this.#gotLive >= events) this.reached('live');
    else if (!isLive && this.#got >= events) this.reached('catchingUp');
    if (this.#gotLive >= PATIENCE) this.#over('live');
  }

  /** A reader that was too slow is told so and may go on from where it stands; the socket is closed next. */
  #refused(problems: readonly Problem[]): void {
    const isSlow = problems.every(({ extensions }) => extensions.code === 'SLOW_CONSUMER');
    if (!isSlow) this.parts.onProblem(problems);
    this.#over(isSlow ? 'slow' : 'broken');
  }

  #endingOf(code: number): Ending {
    if (code === 1_013) return 'slow';
    // A server that goes says so, except to those whose connection was not made yet.
    return code === 1_012 || !this.parts.process.isUp ? 'restart' : 'broken';
  }
}

interface EventPayload {
  readonly data?: { readonly liquidationAdded: EventRow };
}

interface Problem {
  readonly extensions: { readonly code: string };
}

import {
  ResumeConnection,
  type ConnectionParts,
  type Ending,
  type Kill,
} from './resume-connection-for-tests.js';
import { type LiquidationQuery } from './liquidation-query.js';
import { type ResumeProcess } from './resume-process-for-tests.js';

/** For specs: what a client wants, in the words of the API, of the stream, and of plain SQL. */
export interface Wish {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly query: LiquidationQuery;
  readonly sql: string;
}

/** For specs: what clients have in common. */
export type ClientParts = Pick<ConnectionParts, 'chance' | 'seqOf' | 'onProblem'>;

/** For specs: a program that remembers what it got, dies, and goes on after the last that it remembers. */
export class ResumingClient {
  /** Everything it ever got, by id. */
  readonly ids: string[] = [];
  /** How its connections ended. */
  readonly endings: Ending[] = [];
  connection: ResumeConnection | undefined;

  constructor(
    readonly wish: Wish,
    private cursor: string,
    private readonly parts: ClientParts,
  ) {}

  /** Where it stands. */
  get seq(): number {
    return this.parts.seqOf(this.cursor);
  }

  /** Comes back, and resolves when this connection is over. */
  async connect(process: ResumeProcess, kill?: Kill): Promise<void> {
    const connection = new ResumeConnection({
      ...this.parts,
      process,
      kill,
      filter: this.wish.filter,
      after: this.cursor,
      onEvent: ({ id, cursor }) => {
        this.ids.push(id);
        this.cursor = cursor;
      },
    });
    this.connection = connection;
    this.endings.push(await connection.ending);
  }

  /** Whether it is its connection that joins the stream like this. */
  asks(query: LiquidationQuery, after: number | undefined): boolean {
    const { connection, wish, parts } = this;
    if (connection?.isAsking !== true || parts.seqOf(connection.parts.after) !== after) return false;
    return JSON.stringify(query) === JSON.stringify(wish.query);
  }
}

/** For specs: how what was received differs from what is stored. All 0: it does not. */
export function differences(received: readonly string[], stored: readonly string[]) {
  const place = new Map(stored.map((id, at) => [id, at]));
  const got = new Set(received);
  const places = received.map((id) => place.get(id));
  return {
    lost: stored.filter((id) => !got.has(id)).length,
    doubled: received.length - got.size,
    unasked: places.filter((at) => at === undefined).length,
    misplaced: places.filter((at, n) => (at ?? 0) < (places[n - 1] ?? 0)).length,
  };
}

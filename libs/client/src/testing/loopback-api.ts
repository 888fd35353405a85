import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buildSchema, graphql, GraphQLError, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { type Liquidation } from '../liquidation-history.js';

const SDL = `
  scalar Cursor
  scalar Decimal
  scalar Timestamp
  input LiquidationFilter { symbols: [ID!] venues: [ID!] liquidatedSide: String minNotionalUsd: Decimal }
  type Liquidation {
    id: ID! cursor: Cursor! venue: ID! symbol: ID! venueSymbol: String! baseAsset: String! quoteAsset: String!
    liquidatedSide: String! side: String! quantity: Decimal! quantityFormatted: String! price: Decimal!
    priceFormatted: String! averagePrice: Decimal markPrice: Decimal priceUsed: String! notionalUsd: Decimal! notionalUsdFormatted: String!
    timestamp: Timestamp! receivedAt: Timestamp! committedAt: Timestamp! displayTime: String!
  }
  type Edge { cursor: Cursor! node: Liquidation! }
  type PageInfo { hasNextPage: Boolean! startCursor: Cursor endCursor: Cursor }
  type Connection { edges: [Edge!]! pageInfo: PageInfo! }
  type System { version: String! simulated: Boolean! startedAt: Timestamp! now: Timestamp! recorder: String! lastCursor: Cursor! }
  type Query { liquidations(filter: LiquidationFilter, first: Int, after: Cursor): Connection! system: System! }
  type Subscription { liquidationAdded(filter: LiquidationFilter, after: Cursor): Liquidation! ticks: Int! }
`;

interface Arguments {
  readonly filter?: {
    readonly symbols?: readonly string[] | null;
    readonly minNotionalUsd?: string | null;
  } | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

/**
 * A server of the API's contract on a loopback port: a record of liquidations in memory, GraphQL over HTTP and over
 * a real graphql-ws socket, and the faults a client must survive.
 */
export class LoopbackApi {
  /** The `variables` of every subscription asked for, in order. */
  readonly subscriptions: Record<string, unknown>[] = [];
  /** When set, HTTP questions and new subscriptions are answered with this error. */
  refusal: GraphQLError | undefined;
  /** How many events before the cursor asked for are sent again, as a careless server might. */
  overlap = 0;
  readonly sockets = new Set<WebSocket>();
  handshakes = 0;
  activeStreams = 0;
  /** Size of what is committed from now on. */
  notionalUsd = '138.74';
  /** What `GET /schema.graphql` answers. */
  publishedSchema = SDL;
  /** Everything up to this cursor is past retention. */
  expiredUpTo = 0;
  /** When set, HTTP questions are answered with this status, these headers and this text. */
  httpAnswer:
    { readonly status: number; readonly headers: Record<string, string>; readonly text: string } | undefined;
  readonly #record: Liquidation[] = [];
  readonly #schema: GraphQLSchema = buildSchema(SDL);
  readonly #waiting = new Set<() => void>();
  #server: Server | undefined;
  #disposeSockets: (() => void | Promise<void>) | undefined;
  #port = 0;

  /** Listens; after a stop on the same port as before. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    const sockets = new WebSocketServer({ server: this.#server, path: '/graphql' });
    sockets.on('connection', (socket) => {
      this.handshakes += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    const { dispose } = useServer(
      {
        schema: this.#schema,
        roots: {
          subscription: {
            liquidationAdded: (args: Arguments) => this.#stream(args),
            ticks: () => this.#ticks(),
          },
        },
        onSubscribe: (_context, _id, payload) => {
          this.subscriptions.push({ ...payload.variables });
          const refusal = this.refusal ?? this.#expiry(payload.variables?.after);
          return refusal === undefined ? undefined : [refusal];
        },
      },
      sockets,
    );
    this.#disposeSockets = dispose;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/graphql`;
  }

  /** Stops as a process that is killed does: sockets die without a word. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.sockets) socket.terminate();
    for (const wake of this.#waiting) wake();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await Promise.resolve(this.#disposeSockets?.()).catch(() => undefined);
  }

  /** Closes every socket with a close code, or cuts it off where none is given. */
  drop(code?: number, reason = ''): void {
    for (const socket of this.sockets) {
      if (code === undefined) socket.terminate();
      else socket.close(code, reason);
    }
  }

  /** Ends the operation that was asked for last with an error message, as the server does with a slow reader. */
  failOperation(id: string, error: GraphQLError): void {
    for (const socket of this.sockets) {
      socket.send(JSON.stringify({ id, type: 'error', payload: [error.toJSON()] }));
    }
  }

  /** Begins an empty record, as a server does that was given another database. */
  forget(): void {
    this.#record.length = 0;
  }

  /** Warns every client that it reads too slowly. */
  warn(behind: number): void {
    for (const socket of this.sockets)
      socket.send(JSON.stringify({ type: 'ping', payload: { notice: 'LaggingNotice', behind } }));
  }

  /** Puts liquidations into the record and tells the subscribers. */
  commit(...symbols: string[]): void {
    for (const symbol of symbols)
      this.#record.push({
        ...liquidation(this.#record.length + 1, symbol),
        notionalUsd: this.notionalUsd,
      });
    for (const wake of this.#waiting) wake();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/schema.graphql') {
      response.end(this.publishedSchema);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.httpAnswer !== undefined) {
      const { status, headers, text } = this.httpAnswer;
      response.writeHead(status, headers).end(text);
      return;
    }
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
      query: string;
      variables: Record<string, unknown>;
    };
    const body =
      this.refusal !== undefined
        ? { errors: [this.refusal.toJSON()] }
        : await graphql({
            schema: this.#schema,
            source: query,
            variableValues: variables,
            rootValue: {
              liquidations: (args: Arguments) => this.#page(args),
              system: {
                version: '1',
                simulated: true,
                startedAt: 1,
                now: 2,
                recorder: 'RECORDING',
                lastCursor: String(this.#record.length),
              },
            },
          });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }

  #expiry(after: unknown): GraphQLError | undefined {
    if (typeof after !== 'string') return undefined;
    const isKept = Number(after) >= this.expiredUpTo && Number(after) <= this.#record.length;
    if (isKept) return undefined;
    return new GraphQLError('No longer kept', {
      extensions: { code: 'CURSOR_EXPIRED', oldestCursor: String(this.expiredUpTo) },
    });
  }

  #page({ filter, first, after }: Arguments) {
    const before = typeof after === 'string' ? Number(after) : Infinity;
    const matching = this.#record
      .filter((row) => matches(row, filter) && Number(row.cursor) < before)
      .reverse();
    const rows = matching.slice(0, first ?? 50);
    return {
      edges: rows.map((node) => ({ cursor: node.cursor, node })),
      pageInfo: {
        hasNextPage: matching.length > rows.length,
        startCursor: rows[0]?.cursor ?? null,
        endCursor: rows.at(-1)?.cursor ?? null,
      },
    };
  }

  /** By hand and not a generator: one of those cannot be left while it waits. */
  #stream({ filter, after }: Arguments): AsyncIterableIterator<{ liquidationAdded: Liquidation }> {
    let position =
      typeof after === 'string' ? Math.max(0, Number(after) - this.overlap) : this.#record.length;
    let wake: (() => void) | undefined;
    let left = false;
    this.activeStreams += 1;
    const leave = () => {
      if (!left) this.activeStreams -= 1;
      left = true;
      wake?.();
      return Promise.resolve({ done: true as const, value: undefined });
    };
    const next = async () => {
      while (!left) {
        const row = this.#record[position];
        if (row === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            this.#waiting.add(resolve);
          });
          if (wake !== undefined) this.#waiting.delete(wake);
        } else {
          position += 1;
          if (matches(row, filter)) return { done: false as const, value: { liquidationAdded: row } };
        }
      }
      return { done: true as const, value: undefined };
    };
    const iterator = { next, return: leave, [Symbol.asyncIterator]: () => iterator };
    return iterator;
  }

  async *#ticks(): AsyncGenerator<{ ticks: number }> {
    for (let tick = 0; this.#server !== undefined; tick++) {
      yield { ticks: tick };
      if (tick > 0 && tick % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function matches(row: Liquidation, filter: Arguments['filter']): boolean {
  const isLarge = Number(row.notionalUsd) >= Number(filter?.minNotionalUsd ?? 0);
  return isLarge && (filter?.symbols?.includes(row.symbol) ?? true);
}

function liquidation(seq: number, symbol: string): Liquidation {
  return {
    id: `event-${seq}`,
    cursor: String(seq),
    venue: 'binance',
    symbol,
    venueSymbol: symbol,
    baseAsset: symbol.replace(/USDT$/, ''),
    quoteAsset: 'USDT',
    liquidatedSide: 'LONG',
    side: 'SELL',
    quantity: '0.014',
    quantityFormatted: '0.014',
    price: '9910',
    priceFormatted: '9,910.00',
    averagePrice: null,
    markPrice: null,
    priceUsed: 'FILL',
    notionalUsd: '138.74',
    notionalUsdFormatted: '139',
    timestamp: 1_700_000_000_000 + seq,
    receivedAt: 1_700_000_000_010 + seq,
    committedAt: 1_700_000_000_020 + seq,
    displayTime: '22:13:20',
  };
}

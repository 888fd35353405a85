import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { machineScheduler, type Scheduler } from '../scheduler.js';
import { SeededRandom } from '../seeded-random.js';
import { answerFault, answerJson } from '../server/http-answers.js';
import type { TruthLedger } from '../truth-ledger.js';
import { NO_HISTORY_FAULTS, type HistoryFaults } from './history-faults.js';
import { rowOf, rowOfEvent, type HistoryRow, type KeptOrder } from './history-row.js';

/** What the service gives where no limit is asked for, and the most it gives. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
/** Apart from the ids of what was heard and what was given. */
const FIRST_PAST_ID = 1_000_000_000;
const TOO_MANY_ROWS = 12_000;
const ENDLESS_PIECE = `[${'"x",'.repeat(16_384)}`;

/** What a history service is made of. */
export interface HistoryServerOptions {
  /** The orders of the simulated Binance, as they come. */
  readonly ledger?: TruthLedger;
  /** Orders of a contract from before the simulation; asked once. */
  readonly past?: (venueSymbol: string) => readonly KeptOrder[];
  readonly scheduler?: Scheduler;
  readonly seed?: number | string;
}

/**
 * A service on loopback that keeps the forced orders of Binance: `GET /liquidation-orders` with `symbol`, `limit`,
 * `start_timestamp` and `end_timestamp`. It knows what the simulated venue said and what it is given besides.
 */
export class HistoryServer {
  faults: HistoryFaults = NO_HISTORY_FAULTS;
  /** Addresses that were asked, paths with queries, oldest first. */
  readonly requests: string[] = [];
  readonly #http: Server;
  readonly #tcp = new Set<Socket>();
  /** What it was given by `keep`. */
  readonly #kept: HistoryRow[] = [];
  readonly #past = new Map<string, readonly HistoryRow[]>();
  readonly #random: SeededRandom;
  readonly #scheduler: Scheduler;

  constructor(private readonly options: HistoryServerOptions = {}) {
    this.#random = new SeededRandom(`${options.seed ?? 1}/history`);
    this.#scheduler = options.scheduler ?? machineScheduler;
    this.#http = createServer((request, response) => this.#onRequest(request, response));
    this.#http.on('connection', (socket) => {
      this.#tcp.add(socket);
      socket.on('close', () => this.#tcp.delete(socket));
    });
  }

  /** Adds orders that the venue's feed never told. Equal ones are different orders: each is a row. */
  keep(...orders: readonly KeptOrder[]): void {
    for (const order of orders) this.#kept.push(rowOf(order, -1 - this.#kept.length));
  }

  /** Listens on loopback, on a free port unless told; resolves with the root of its addresses. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Cuts every connection, hanging ones too, and closes. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const socket of this.#tcp) socket.destroy();
    await closed;
  }

  /** Everything it knows of a contract, oldest first. */
  rows(venueSymbol: string): readonly HistoryRow[] {
    const heard = this.options.ledger?.events('binance') ?? [];
    const rows = [...this.#kept, ...heard.flatMap((event) => rowOfEvent(event) ?? [])];
    return [...this.#pastOf(venueSymbol), ...rows.filter(({ symbol }) => symbol === venueSymbol)].sort(
      (a, b) => a.order_trade_time - b.order_trade_time,
    );
  }

  #pastOf(venueSymbol: string): readonly HistoryRow[] {
    const known = this.#past.get(venueSymbol);
    if (known !== undefined) return known;
    const orders = this.options.past?.(venueSymbol) ?? [];
    const rows = orders.map((order, n) => rowOf(order, FIRST_PAST_ID + n));
    if (rows.length > 0) this.#past.set(venueSymbol, rows);
    return rows;
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request.url ?? '');
    const { delayMs } = this.faults;
    if (delayMs === 0) this.#answer(request, response);
    else this.#scheduler.after(delayMs, () => this.#answer(request, response));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { http, body } = this.faults;
    const url = new URL(`http://history${request.url ?? '/'}`);
    if (http !== undefined) answerFault(response, http);
    else if (!url.pathname.endsWith('/liquidation-orders')) {
      answerJson(response, { status: 404, body: { detail: 'Not Found' } });
    } else if (body === 'ENDLESS') this.#pour(response);
    else this.#answerRows(response, this.#select(url.searchParams));
  }

  #select(query: URLSearchParams): readonly HistoryRow[] {
    const number = (name: string, fallback: number) => Number(query.get(name) ?? fallback);
    const fromMs = number('start_timestamp', Number.NEGATIVE_INFINITY);
    const toMs = number('end_timestamp', Number.POSITIVE_INFINITY);
    const limit = Math.min(number('limit', DEFAULT_LIMIT), MAX_LIMIT);
    const rows = this.rows(query.get('symbol') ?? '');
    if (!this.faults.limits) return rows;
    return rows
      .filter(({ order_trade_time }) => order_trade_time >= fromMs && order_trade_time <= toMs)
      .slice(-limit);
  }

  #answerRows(response: ServerResponse, oldestFirst: readonly HistoryRow[]): void {
    const { body, copies, ids } = this.faults;
    const rows: readonly unknown[] = this.#inOrder(
      oldestFirst.flatMap((row) => Array.from({ length: copies }, () => row)),
    ).map(({ id, ...row }) => (ids ? { id, ...row } : row));
    if (body === 'ROWS') {
      answerJson(response, { status: 200, body: rows });
      return;
    }
    const text = JSON.stringify(spoil(rows, body));
    response.writeHead(200, { 'content-type': 'application/json' });
    if (body === 'GARBAGE') response.end('rows: none today');
    else if (body === 'CUT') response.end(text.slice(0, text.length / 2));
    else response.end(text);
  }

  #inOrder(rows: readonly HistoryRow[]): readonly HistoryRow[] {
    const { order } = this.faults;
    if (order === 'OLDEST_FIRST') return rows;
    if (order === 'NEWEST_FIRST') return rows.toReversed();
    return rows
      .map((row) => ({ row, place: this.#random.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ row }) => row);
  }

  /** Writes until the other side has had enough. */
  #pour(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    const pour = () => {
      while (!response.destroyed && response.write(ENDLESS_PIECE));
    };
    response.on('drain', pour);
    pour();
  }
}

function spoil(rows: readonly unknown[], body: HistoryFaults['body']): unknown {
  switch (body) {
    case 'OBJECT':
      return { detail: 'maintenance' };
    case 'NULL_ROWS':
      return [null, 7, 'row', {}, [], ...rows];
    case 'TOO_MANY':
      return Array.from({ length: TOO_MANY_ROWS }, (_, n) => rows[n % Math.max(1, rows.length)] ?? {});
    default:
      return rows;
  }
}

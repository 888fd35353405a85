import { systemClock, type Clock } from '@orderfox/feed';
import { createClient } from 'redis';
import { type Log } from '../../core/log.js';
import { MarketStreams, type MarketStreamsParts } from './market-streams.js';
import { pairs } from './redis-streams.js';
import { type StreamPlan } from './stream-plan.js';

/** Nothing is published. */
export const NO_STREAMS: StreamPlan = {
  liquidations: new Map(),
  bars: new Map(),
  books: new Map(),
  funding: new Map(),
};

/** An entry as a reader of Redis sees it. */
export interface SeenEntry {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** For specs: streams that publish what the spec says, with a log that can be read. */
export function streamsForTests(
  parts: Pick<MarketStreamsParts, 'url' | 'sources'> & Partial<MarketStreamsParts>,
): { readonly streams: MarketStreams; readonly said: readonly string[] } {
  const said: string[] = [];
  const write: Log['info'] = (fields, message) => {
    said.push(`${message} ${JSON.stringify(fields)}`);
  };
  const clock: Clock = parts.clock ?? systemClock;
  const streams = new MarketStreams({
    prefix: '',
    most: { books: 1_000, entries: 10_000 },
    plan: () => NO_STREAMS,
    listen: () => () => undefined,
    random: () => 0.05,
    log: { debug: write, info: write, warn: write, error: write },
    ...parts,
    clock,
  });
  return { streams, said };
}

/** For specs: whoever reads the streams, on a connection of its own; it comes back by itself when Redis does. */
export class StreamReader {
  readonly #client;

  constructor(url: string) {
    this.#client = createClient({ url, RESP: 2, socket: { reconnectStrategy: () => 20 } });
    this.#client.on('error', () => undefined);
  }

  async connect(): Promise<this> {
    await this.#client.connect();
    return this;
  }

  send(...words: readonly string[]): Promise<unknown> {
    return this.#client.sendCommand([...words]);
  }

  /** All entries of a stream, the oldest first. */
  async entries(key: string): Promise<readonly SeenEntry[]> {
    const rows = (await this.send('XRANGE', key, '-', '+')) as readonly (readonly [string, unknown])[];
    return rows.map(([id, fields]) => ({
      id,
      fields: Object.fromEntries([...pairs(fields)].map(([name, value]) => [name, String(value)])),
    }));
  }

  close(): void {
    this.#client.destroy();
  }
}

import { nowUs } from '../fanout/event.mjs';
import { SocketClient } from '../support/socket-client.mjs';

const UPDATES =
  'subscription ($symbol: ID!, $timeframe: Timeframe!) { volumeUpdated(symbol: $symbol, timeframe: $timeframe) ' +
  '{ isUpdate buckets { time buyVolume sellVolume totalVolumeFormatted count revision quality } } }';

/** A client that follows volume over one socket and knows when it had seen how many liquidations. */
export class VolumeReaderClient {
  #client;
  /** Count of each bucket, by subscription and time. */
  #counts = [];
  /** Liquidations that each subscription shows. */
  #totals = [];
  #seenBefore = 0;
  /** Moments at which all subscriptions had come to a number of liquidations. */
  #progress = [];
  #snapshots = 0;
  #onProgress = () => undefined;
  #acknowledged = Promise.withResolvers();
  updates = 0;

  /** `isShared`: every subscription is to show every liquidation; otherwise all of them together do. */
  static async open(port, { isShared = false } = {}) {
    const made = new VolumeReaderClient(port, isShared);
    await made.#client.opened;
    made.#client.send({ type: 'connection_init' });
    await made.#acknowledged.promise;
    return made;
  }

  #isShared;

  constructor(port, isShared) {
    this.#isShared = isShared;
    this.#client = new SocketClient({
      port,
      path: '/graphql',
      protocol: 'graphql-transport-ws',
      now: nowUs,
      onText: (buffer, start, length, atUs) =>
        this.#take(JSON.parse(buffer.toString('utf8', start, start + length)), atUs),
      onClose: () => undefined,
    });
  }

  /** Resolves when the snapshot of each has arrived. */
  async follow(choices) {
    choices.forEach((variables, at) => {
      this.#counts[at] = new Map();
      this.#totals[at] = 0;
      this.#client.send({ id: String(at), type: 'subscribe', payload: { query: UPDATES, variables } });
    });
    await this.#wait(() => this.#snapshots === choices.length);
  }

  /** Counts liquidations from here. */
  begin() {
    this.#seenBefore = this.#seen;
    this.#progress = [];
    this.updates = 0;
  }

  /** Resolves when so many were shown since `begin`. */
  hasSeen(count) {
    return this.#wait(() => this.#seen - this.#seenBefore >= count);
  }

  /** When that many had been seen, in microseconds. */
  seenAtUs(count) {
    return this.#progress.find(({ seen }) => seen - this.#seenBefore >= count)?.atUs;
  }

  close() {
    this.#client.close();
  }

  get #seen() {
    if (this.#isShared) return Math.min(...this.#totals);
    return this.#totals.reduce((sum, total) => sum + total, 0);
  }

  #take(message, atUs) {
    if (message.type === 'ping') this.#client.send({ type: 'pong' });
    else if (message.type === 'connection_ack') this.#acknowledged.resolve();
    else if (message.type === 'next') this.#show(Number(message.id), message.payload, atUs);
    else throw new Error(`unexpected ${JSON.stringify(message)}`);
  }

  #show(at, { data, errors }, atUs) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const { isUpdate, buckets } = data.volumeUpdated;
    if (isUpdate) this.updates += 1;
    else {
      this.#snapshots += 1;
      this.#counts[at].clear();
      this.#totals[at] = 0;
    }
    for (const { time, count } of buckets) {
      this.#totals[at] += count - (this.#counts[at].get(time) ?? 0);
      this.#counts[at].set(time, count);
    }
    this.#progress.push({ atUs, seen: this.#seen });
    this.#onProgress();
  }

  async #wait(isReached) {
    while (!isReached()) {
      const { promise, resolve } = Promise.withResolvers();
      this.#onProgress = resolve;
      await promise;
    }
  }
}

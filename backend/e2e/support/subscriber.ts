import { OrderFoxClient, type Liquidation } from '@orderfox/client';

/** A program that listens to everything through the published client for as long as it may. */
export class Subscriber {
  readonly received: Liquidation[] = [];
  readonly #client: OrderFoxClient;
  readonly #stream: AsyncIterableIterator<Liquidation, undefined>;
  #failure: Error | undefined;

  private constructor(client: OrderFoxClient, after: string) {
    this.#client = client;
    this.#stream = this.#client.liquidations({ after });
    void this.#listen();
  }

  /** Takes its place at the end of the record; what is recorded after this has resolved, it will have. */
  static async start(url: string): Promise<Subscriber> {
    const client = new OrderFoxClient({ url: `${url}/graphql` });
    const { cursor } = await client.recentLiquidations({}, 1);
    return new Subscriber(client, cursor);
  }

  /** What ended the stream, if anything but `stop` did. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  async stop(): Promise<void> {
    await this.#stream.return?.();
    await this.#client.close();
  }

  async #listen(): Promise<void> {
    try {
      for await (const liquidation of this.#stream) this.received.push(liquidation);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }
}

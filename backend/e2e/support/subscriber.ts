import { OrderFoxClient, type Liquidation } from '@orderfox/client';

/** A program that listens to everything through the published client, from the beginning, for as long as it may. */
export class Subscriber {
  readonly received: Liquidation[] = [];
  readonly #client: OrderFoxClient;
  readonly #stream: AsyncIterableIterator<Liquidation, undefined>;
  #failure: Error | undefined;

  constructor(url: string) {
    this.#client = new OrderFoxClient({ url: `${url}/graphql` });
    this.#stream = this.#client.liquidations({ after: null });
    void this.#listen();
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

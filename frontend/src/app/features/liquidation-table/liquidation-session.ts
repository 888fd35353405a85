import { type Liquidation, type LiquidationFilter, type OrderFoxClient } from '@orderfox/client';
import { type Clock } from '../../core/clock.js';
import { Attempts } from '../../graphql/attempts.js';
import { MAX_LIQUIDATIONS } from './tape.js';

/** What a session tells while it runs. */
export interface SessionListener {
  /** The newest rows so far, newest first. */
  snapshot(liquidations: readonly Liquidation[]): void;
  /** One more, each exactly once. */
  event(liquidation: Liquidation): void;
  /** It did not work. `final`: it has stopped; else it is tried again. */
  trouble(error: unknown, final: boolean): void;
}

/**
 * One filter looked at from beginning to end: the newest rows, then the stream from exactly there. The page of rows ends
 * with a cursor and the stream begins after it, so no event falls between the two.
 */
export class LiquidationSession {
  readonly #attempts: Attempts;
  #stream: AsyncIterableIterator<Liquidation, undefined> | undefined;

  constructor(
    private readonly client: OrderFoxClient,
    clock: Clock,
    private readonly filter: LiquidationFilter,
    private readonly listener: SessionListener,
  ) {
    this.#attempts = new Attempts(clock);
    void this.#run();
  }

  end(): void {
    this.#attempts.end();
    void this.#stream?.return?.();
  }

  async #run(): Promise<void> {
    const { client, filter, listener } = this;
    try {
      const page = await this.#attempts.persist(
        () => client.recentLiquidations(filter, MAX_LIQUIDATIONS),
        (error) => listener.trouble(error, false),
      );
      if (page === undefined || this.#attempts.ended()) return;
      listener.snapshot(page.liquidations);
      this.#stream = client.liquidations({ filter, after: page.cursor });
      for await (const liquidation of this.#stream) {
        if (this.#attempts.ended()) return;
        listener.event(liquidation);
      }
    } catch (error) {
      if (!this.#attempts.ended()) listener.trouble(error, true);
    }
  }
}

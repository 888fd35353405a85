import { type RecordedLiquidation } from '@orderfox/domain';
import { type MarketBus } from '../../core/market-bus.js';
import { type LiquidationRepository } from './liquidation.repository.js';

const PAGE_ROWS = 500;

/**
 * Puts recorded events on the bus, every one, once, in seq order. Since seq is dense, a jump shows that rows were
 * committed without us being told: our own commit whose answer was lost with the connection, or another writer's. They
 * are read back and published before what comes next.
 */
export class RecordedStream {
  /** Newest seq on the bus; undefined until the database was asked where the stream stands. */
  #position: number | undefined;
  #behind = true;

  constructor(
    private readonly store: Pick<LiquidationRepository, 'readAfter' | 'latest'>,
    private readonly bus: MarketBus,
  ) {}

  /** True when there may be committed rows that are not on the bus: `catchUp` is due. */
  get behind(): boolean {
    return this.#behind;
  }

  /** To be called when it is not known whether a commit took place. */
  doubt(): void {
    this.#behind = true;
  }

  /** Publishes rows that were just committed. If rows before them are missing all wait for `catchUp`. */
  publish(rows: readonly RecordedLiquidation[]): void {
    const first = rows[0];
    if (first === undefined) return;
    if (this.#position === undefined || this.#position + 1 !== first.seq) {
      this.#behind = true;
      return;
    }
    for (const row of rows) this.#put(row);
  }

  /** Publishes what the database holds and the bus has not seen. Rejects while the database is away. */
  async catchUp(): Promise<void> {
    const { lastSeq } = await this.store.latest();
    // Rows from before this process are history, to be queried. A store that went back has a new history.
    if (this.#position === undefined || this.#position > lastSeq) this.#position = lastSeq;
    while (this.#position < lastSeq) {
      const rows = await this.store.readAfter({}, this.#position, lastSeq, PAGE_ROWS);
      if (rows.length === 0) this.#position = lastSeq;
      for (const row of rows) this.#put(row);
    }
    this.#behind = false;
  }

  #put(liquidation: RecordedLiquidation): void {
    this.bus.publish({ type: 'liquidation-recorded', liquidation });
    this.#position = liquidation.seq;
  }
}

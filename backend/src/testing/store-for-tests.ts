import { type Liquidation, type RecordedLiquidation } from '@orderfox/domain';

/** For specs: a store in memory that keeps the promises of LiquidationRepository and can be made to fail. */
export class StoreForTests {
  readonly rows: RecordedLiquidation[] = [];
  /** Sizes of the batches that were tried. */
  readonly batches: number[] = [];
  /** Asked before each batch; what it throws is what the store says. */
  refuse: (events: readonly Liquidation[]) => void | Promise<void> = () => undefined;
  /** Asked after each commit, before the answer: what it throws is lost on the way. */
  answer: () => void | Promise<void> = () => undefined;
  /** True: nothing answers, reads included. */
  away = false;

  async record(events: readonly Liquidation[], committedTimeMs: number): Promise<RecordedLiquidation[]> {
    await Promise.resolve();
    this.batches.push(events.length);
    this.#reach();
    await this.refuse(events);
    const fresh: RecordedLiquidation[] = [];
    for (const event of events) {
      if (this.rows.some(({ eventKey }) => eventKey === event.eventKey)) continue;
      const row = { ...event, seq: this.rows.length + 1, committedTimeMs };
      this.rows.push(row);
      fresh.push(row);
    }
    await this.answer();
    return fresh;
  }

  async readAfter(
    _query: object,
    afterSeq: number,
    upToSeq: number,
    limit: number,
  ): Promise<RecordedLiquidation[]> {
    await Promise.resolve();
    this.#reach();
    return this.rows.filter(({ seq }) => seq > afterSeq && seq <= upToSeq).slice(0, limit);
  }

  async latest(): Promise<{ lastSeq: number; oldestSeq: number; storeId: string }> {
    await Promise.resolve();
    this.#reach();
    return { lastSeq: this.rows.length, oldestSeq: 1, storeId: '0123456789ab' };
  }

  #reach(): void {
    if (this.away) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }
}

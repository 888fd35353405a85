import { type Clock } from '@orderfox/feed';
import { type FeedCoverage } from './feed-coverage.js';
import { type FeedSocket, type StorageReport } from './feed-ports.js';

/** Looks at a connection and at the store about once a second, and tells the ledger of the stream what it sees. */
export class CoverageWatch {
  #lostSeen: number;
  #unreadableSeen = 0;
  #lookedMs: number;

  constructor(
    private readonly coverage: FeedCoverage,
    private readonly storage: () => StorageReport,
    private readonly clock: Clock,
  ) {
    this.#lostSeen = storage().lost ?? 0;
    this.#lookedMs = clock.nowMs();
  }

  look(socket: Pick<FeedSocket, 'status' | 'lastDataMs' | 'counters'> | undefined): void {
    const report = this.storage();
    if (socket !== undefined) this.#noteUnreadable(socket);
    this.#noteLoss(report);
    const dataMs = socket?.lastDataMs;
    if (socket?.status.state !== 'LIVE' || dataMs === undefined || report.state === 'FULL') {
      this.coverage.tick();
      return;
    }
    // An event that is not stored yet may be lost with this process: good is what came before it.
    const storedMs = Math.min(dataMs, (report.unsafeSinceMs ?? Number.POSITIVE_INFINITY) - 1);
    this.coverage.tick({ dataMs, storedMs });
  }

  /** A feed that is switched off, since its venue lists nothing that is wanted, misses nothing. */
  lookAway(): void {
    const nowMs = this.clock.nowMs();
    this.coverage.tick({ dataMs: nowMs, storedMs: nowMs });
  }

  /** A frame of which nobody can say what it is may have been one of liquidations. */
  #noteUnreadable(socket: Pick<FeedSocket, 'counters'>): void {
    const byKind = Object.values(socket.counters?.().unreadable ?? {});
    const unreadable = byKind.reduce((sum, count) => sum + count, 0);
    if (unreadable > this.#unreadableSeen) {
      this.coverage.refusals.lost(this.#lookedMs);
      this.coverage.refusals.lost(this.clock.nowMs());
    }
    this.#unreadableSeen = unreadable;
  }

  /** Room that ran out and came back between two looks is noticed by the number of events that were lost. */
  #noteLoss({ state, lostSinceMs, lost = 0 }: StorageReport): void {
    const nowMs = this.clock.nowMs();
    if (state === 'FULL' || lost > this.#lostSeen) this.coverage.storageLost(lostSinceMs ?? this.#lookedMs);
    if (state !== 'FULL') this.coverage.storageRecovered(nowMs);
    this.#lostSeen = lost;
    this.#lookedMs = nowMs;
  }
}

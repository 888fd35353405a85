import { type Instrument } from '@orderfox/domain';
import { type Clock, type JsonFetch, type Random, type Timer } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { messageOf } from '../../core/error-facts.js';
import { type ContractDesk } from './followed-symbol.js';
import { HoleFiller, type FillCounts } from './hole-filler.js';
import { PointWriter, type WriterCounts } from './point-writer.js';
import { type PolledContract } from './polled-contract.js';
import {
  contractKey,
  type PolledVenue,
  type Reading,
  type Series,
  type SeriesPoint,
  type SeriesStore,
} from './reading.js';
import { VenuePoller, type PollCounts } from './venue-poller.js';

/** How often it is looked whether something is missing. */
const LOOK_EVERY_MS = 5 * 60_000;
/** Venues publish what was settled a little later. */
const SETTLED_AFTER_MS = 60_000;

/** What a desk works with. */
export interface VenueDeskParts<R extends Reading, P extends SeriesPoint> {
  readonly series: Series<R, P>;
  readonly venue: PolledVenue<R>;
  readonly store: SeriesStore<P>;
  readonly instrumentNow: (instrument: Instrument) => Instrument;
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What one venue's desk did. */
export type DeskCounts = PollCounts & {
  readonly contracts: number;
  readonly fill: FillCounts;
  readonly writer: WriterCounts;
};

interface Contract<P extends SeriesPoint> {
  readonly instrument: Instrument;
  readonly contract: PolledContract<P>;
  /** Resolves when what is stored was read, and what is missing was asked for, once. */
  begun: Promise<void>;
  /** When something was to be settled next, as it was said last. */
  settlesMs: number | undefined;
  timer: Timer | undefined;
}

/** One series of one venue: polls the present, fetches what is missing of the past, keeps both. */
export class VenueDesk<R extends Reading, P extends SeriesPoint> implements ContractDesk<P> {
  readonly id: string;
  readonly name: string;
  readonly #poller: VenuePoller<R, P>;
  readonly #filler: HoleFiller<R, P>;
  readonly #writer: PointWriter<P>;
  readonly #contracts = new Map<string, Contract<P>>();
  #looking: Timer | undefined;
  #isStopped = false;

  constructor(private readonly parts: VenueDeskParts<R, P>) {
    const { series, venue, store } = parts;
    this.id = venue.id;
    this.name = venue.name;
    this.#writer = new PointWriter(parts);
    const keep = (points: readonly P[]) => this.#writer.save(points);
    this.#poller = new VenuePoller({ ...parts, keep });
    this.#filler = new HoleFiller({
      ...parts,
      store,
      keep,
      standing: (key) => this.#contracts.get(key)?.contract.point,
      onPast: (key, points) => {
        const settled = points.findLast((point) => series.isSettled?.(point) === true);
        if (settled !== undefined) this.#contracts.get(key)?.contract.settle(settled);
      },
    });
  }

  get counts(): DeskCounts {
    const fill = this.#filler.counts;
    return { ...this.#poller.counts, contracts: this.#contracts.size, fill, writer: this.#writer.counts };
  }

  follow = (instrument: Instrument): PolledContract<P> => {
    const key = contractKey(instrument);
    const known = this.#contracts.get(key);
    if (known !== undefined) return known.contract;
    const contract = this.#poller.follow(instrument);
    const begun = Promise.resolve();
    const followed: Contract<P> = { instrument, contract, begun, settlesMs: undefined, timer: undefined };
    this.#contracts.set(key, followed);
    contract.onChange(() => this.#noteSettlement(followed));
    followed.begun = this.#begin(followed);
    this.#lookLater();
    return contract;
  };

  release = (instrument: Instrument): void => {
    const key = contractKey(instrument);
    this.#contracts.get(key)?.timer?.cancel();
    this.#contracts.delete(key);
    this.#poller.release(instrument);
    this.#filler.forget(instrument);
  };

  /** Resolves when it was looked once whether something of the contract is missing, and that was asked for. */
  async filled(instrument: Instrument): Promise<void> {
    await this.#contracts.get(contractKey(instrument))?.begun;
  }

  /** Asks no more, and has what waits kept. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#looking?.cancel();
    for (const { timer } of this.#contracts.values()) timer?.cancel();
    this.#poller.stop();
    this.#filler.stop();
    await this.#writer.stop();
  }

  /** Never rejects. */
  async #begin({ instrument, contract }: Contract<P>): Promise<void> {
    const { store, series, venue, log } = this.parts;
    try {
      for (const point of await store.newest(venue.id, instrument.venueSymbol)) {
        if (series.isSettled?.(point) === true) contract.settle(point);
        else contract.restore(point);
      }
    } catch (err) {
      log.warn(
        { venue: venue.id, problem: messageOf(err) },
        `the newest ${series.name} could not be read back`,
      );
    }
    await this.#filler.want(instrument);
  }

  /** When the time comes that was said last, there is something new in history soon after. */
  #noteSettlement(followed: Contract<P>): void {
    const { series, clock } = this.parts;
    const { point } = followed.contract;
    const settlesMs = point && series.settlesMs?.(point);
    if (settlesMs === undefined || settlesMs === followed.settlesMs || this.#isStopped) return;
    const beforeMs = followed.settlesMs;
    followed.settlesMs = settlesMs;
    // The time has moved on because it has passed.
    if (beforeMs === undefined || beforeMs > clock.nowMs()) return;
    followed.timer?.cancel();
    followed.timer = clock.after(SETTLED_AFTER_MS, () => void this.#filler.want(followed.instrument));
  }

  #lookLater(): void {
    if (this.#isStopped) return;
    this.#looking ??= this.parts.clock.after(LOOK_EVERY_MS, () => {
      this.#looking = undefined;
      for (const { instrument } of this.#contracts.values()) void this.#filler.want(instrument);
      if (this.#contracts.size > 0) this.#lookLater();
    });
  }
}

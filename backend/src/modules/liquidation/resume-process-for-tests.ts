import { type Liquidation } from '@orderfox/domain';
import { systemClock } from '@orderfox/feed';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { LiquidationRecorder } from './liquidation-recorder.js';
import { LiquidationSpool } from './liquidation-spool.js';
import { LiquidationRepository, type RepositoryPools } from './liquidation.repository.js';
import { Milestones } from './resume-milestones-for-tests.js';

/**
 * For specs: called when the database has said where the stream stands and the API does not know yet; it gets its
 * answer when the returned promise resolves.
 */
export type OnAsked = (process: ResumeProcess) => Promise<void>;

/** All clients come from this machine, and each connects again and again. */
const ROOM = { connectionBurst: 100_000 };

/**
 * For specs: what runs in one backend: a recorder, its bus, and the API on it. Several on one database write beside
 * each other, and each finds by itself what the others wrote.
 */
export class ResumeProcess {
  /** The newest seq on its bus. */
  readonly announced = new Milestones();
  isUp = true;
  readonly #awaited = new Map<string, () => void>();

  private constructor(
    readonly api: ApiForTests,
    private readonly recorder: LiquidationRecorder,
  ) {
    api.bus.subscribe('liquidation-recorded', ({ liquidation: { seq, eventKey } }) => {
      this.announced.rise(seq);
      this.#awaited.get(eventKey)?.();
    });
  }

  /** `spoolPath`: a file that only this process uses. */
  static async start(postgres: PostgresForTests, spoolPath: string, onAsked: OnAsked) {
    const { database } = postgres;
    const repository = new WatchedRepository(database, onAsked);
    const api = await ApiForTests.start(postgres, { repository, clientLimits: ROOM });
    const note = (what: string) => api.problems.push(what);
    const recorder = new LiquidationRecorder({
      store: new LiquidationRepository({ writer: database.writer, reader: database.writer }),
      spool: new LiquidationSpool({ path: spoolPath, onDamage: () => note('the spool is damaged') }),
      bus: api.bus,
      quarantine: { keep: () => note('a row was refused') },
      onDrop: () => note('an event was dropped'),
      clock: systemClock,
    });
    const made = new ResumeProcess(api, recorder);
    repository.process = made;
    await recorder.start();
    return made;
  }

  get port(): number {
    return Number(new URL(this.api.url).port);
  }

  /** Lets events be recorded; resolves when the last of them is on the bus, whoever wrote it. */
  async record(events: readonly Liquidation[]): Promise<void> {
    const key = events.at(-1)?.eventKey ?? '';
    const isAnnounced = new Promise<void>((resolve) => this.#awaited.set(key, resolve));
    this.offer(events);
    await isAnnounced;
    this.#awaited.delete(key);
  }

  /** Lets events be recorded some time. */
  offer(events: readonly Liquidation[]): void {
    this.recorder.offer(events);
  }

  /** Ends it as the program does: what was offered is written, then every socket is closed with 1012. */
  async stop(): Promise<void> {
    this.isUp = false;
    await this.recorder.stop();
    // Nobody is to wait for what will not be announced any more.
    this.announced.rise(Number.POSITIVE_INFINITY);
    await this.api.stop();
  }
}

class WatchedRepository extends LiquidationRepository {
  process: ResumeProcess | undefined;

  constructor(
    pools: RepositoryPools,
    private readonly onAsked: OnAsked,
  ) {
    super(pools);
  }

  override async latest() {
    const position = await super.latest();
    if (this.process) await this.onAsked(this.process);
    return position;
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DecimalString } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { type BookTop } from '../book-tops/book-top.js';
import { BookTopRepository } from '../book-tops/book-top.repository.js';
import { type FundingRate } from '../funding/funding-rate.js';
import { FundingRepository } from '../funding/funding.repository.js';
import { LiquidationRepository } from '../liquidation/liquidation.repository.js';
import { type OpenInterestPoint } from '../open-interest/open-interest-point.js';
import { OpenInterestRepository } from '../open-interest/open-interest.repository.js';
import { type BarPiece } from '../trade-bars/bar-piece.js';
import { type MissingTrades } from '../trade-bars/missing-trades.js';
import { TradeBarRepository, type BarSeries } from '../trade-bars/trade-bar.repository.js';
import { ARCHIVE_PARTS } from '../../core/config-archive.js';
import { type Archiver } from './archiver.js';
import { ARCHIVE_FOLDER, createArchive, type ArchiveNeeds } from './create-archive.js';

/** For specs: half past noon of a day whose files are looked at. */
export const NOON = Date.UTC(2026, 10, 22, 12, 30);
/** For specs: 00:00 of it. */
export const TODAY = Date.UTC(2026, 10, 22);
/** For specs: one day, in ms. */
export const DAY = 24 * 3_600_000;

/** For specs: a decimal as it is. */
export const exact = (text: string) => text as DecimalString;

/** For specs: an archive in a folder of its own, over a database that is written as the program writes it. */
export class ArchiveForTests {
  readonly clock: FakeClock;
  /** Files of one kind and day at most, unless the usual. */
  mostFiles: number | undefined;
  /** What names in SYMBOLS stand for; a name that is not here stands for itself. */
  readonly names = new Map<string, string>();
  readonly lines: { readonly level: string; readonly message: string; readonly fields: object }[] = [];
  #archiver: Archiver | undefined;

  private constructor(
    private readonly postgres: PostgresForTests,
    readonly folder: string,
    private readonly given: Partial<ArchiveNeeds['config']>,
    nowMs: number,
  ) {
    this.clock = new FakeClock(nowMs);
  }

  static async make(
    postgres: PostgresForTests,
    given: Partial<ArchiveNeeds['config']> = {},
    nowMs = NOON,
  ): Promise<ArchiveForTests> {
    await postgres.database.writer.query(
      `TRUNCATE trade_bar_1m, trade_bar_1h, trade_gap, trade_progress, open_interest, funding, book_top, liquidation, feed_gap, feed_progress`,
    );
    return new ArchiveForTests(postgres, await mkdtemp(join(tmpdir(), 'orderfox-spec-')), given, nowMs);
  }

  get root(): string {
    return join(this.folder, ARCHIVE_FOLDER);
  }

  get archiver(): Archiver {
    this.#archiver ??= this.#make();
    return this.#archiver;
  }

  /** As after a new start of the program. */
  restart(given: Partial<ArchiveNeeds['config']> = {}): void {
    Object.assign(this.given, given);
    this.#archiver = undefined;
  }

  path(...names: readonly string[]): string {
    return join(this.root, ...names);
  }

  async dispose(): Promise<void> {
    await this.#archiver?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  get pools() {
    return this.postgres.database;
  }

  /** Writes bars of a contract; `version` counts its writes from 1. */
  async bars(
    series: BarSeries,
    version: number,
    write: {
      readonly coveredMs: number;
      readonly pieces?: readonly BarPiece[];
      readonly gaps?: readonly MissingTrades[];
      readonly filled?: readonly MissingTrades[];
    },
  ): Promise<void> {
    const { coveredMs, pieces = [], gaps = [], filled = [] } = write;
    const progress = { version, writer: 'spec', coveredMs, lastKey: 0, lastTimeMs: coveredMs, lastGap: 0 };
    const taken = await new TradeBarRepository(this.pools).record([
      { series, progress, pieces, gaps, filled },
    ]);
    if (taken.size !== 1) throw new Error('the bars were not taken');
  }

  funding(rates: readonly FundingRate[]): Promise<void> {
    return new FundingRepository(this.pools).save(rates);
  }

  openInterest(points: readonly OpenInterestPoint[]): Promise<void> {
    return new OpenInterestRepository(this.pools).save(points);
  }

  tops(tops: readonly BookTop[]): Promise<void> {
    return new BookTopRepository(this.pools).save(tops);
  }

  get liquidations(): LiquidationRepository {
    return new LiquidationRepository(this.pools);
  }

  #make(): Archiver {
    const write = (level: string) => (fields: object, message: string) =>
      this.lines.push({ level, message, fields });
    const archiver = createArchive({
      config: {
        ARCHIVE: [...ARCHIVE_PARTS],
        ARCHIVE_DAYS: undefined,
        ARCHIVE_KEEP_FREE_MB: 0,
        SYMBOLS: ['BTCUSDT', 'SOLUSDT'],
        RETENTION_DAYS: 30,
        SIMULATED: false,
        ...this.given,
      },
      catalog: { find: (name) => ({ id: this.names.get(name) ?? name }) },
      database: this.pools,
      directory: { path: this.folder },
      version: '1.2.3',
      ...(this.mostFiles !== undefined && { mostFiles: this.mostFiles }),
      clock: this.clock,
      log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    });
    if (archiver === undefined) throw new Error('nothing is archived');
    return archiver;
  }
}

/** For specs: a minute of a market, with digits that a double would lose. */
export function pieceForTests(minuteMs: number, key: number, fields: Partial<BarPiece> = {}): BarPiece {
  return {
    minuteMs,
    open: exact('230.123456789012345678'),
    high: exact('230.5'),
    low: exact('0.000000000000000001'),
    close: exact('230.4'),
    buyQuantity: exact('12345678901234567890.12345678'),
    sellQuantity: exact('10.00000001'),
    buyUsd: exact('1234567890123456789.123456789012345678'),
    sellUsd: exact('2300.000000000000000001'),
    count: 3_000_000_000,
    firstKey: key,
    lastKey: key + 9,
    ...fields,
  };
}

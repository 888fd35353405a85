import { type Clock, type JsonFetch, type Random } from '@orderfox/feed';
import { VENUE_ADAPTERS, type FundingReading } from '@orderfox/venues';
import { type Config } from '../../core/config.js';
import { type Database } from '../../core/database.js';
import { type Log } from '../../core/log.js';
import { boardVenues } from '../polled/board-venues.js';
import { SeriesBoard } from '../polled/series-board.js';
import { SeriesQuestions } from '../polled/series-questions.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { FUNDING, type FundingRate } from './funding-rate.js';
import { FundingReader } from './funding-reader.js';
import { type FundingModuleParts } from './funding.module.js';
import { FundingRepository } from './funding.repository.js';

/** What funding needs of the rest of the program. */
export interface FundingNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots' | 'SYMBOLS' | 'RETENTION_DAYS'>;
  readonly database: Pick<Database, 'writer' | 'reader'>;
  readonly catalog: SymbolCatalog;
  /** Shared by everybody who asks the venues. */
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Funding of the configured venues; nothing is asked yet. */
export function createFunding(needs: FundingNeeds): FundingModuleParts {
  const { config, database, catalog, http, clock, random, log } = needs;
  const repository = new FundingRepository(database);
  const board = new SeriesBoard<FundingReading, FundingRate>({
    series: FUNDING,
    venues: boardVenues(config, ({ funding }) => funding),
    store: repository,
    catalog,
    symbols: config.SYMBOLS,
    http,
    clock,
    random,
    log,
  });
  const known = VENUE_ADAPTERS.map(({ id }) => id);
  const questions = new SeriesQuestions(
    catalog,
    known.filter((id) => config.venueRoots.has(id)),
    known,
  );
  const retentionDays = config.RETENTION_DAYS;
  return { board, reader: new FundingReader({ board, repository, questions, clock, retentionDays }) };
}

import { type Clock, type JsonFetch, type Random } from '@orderfox/feed';
import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';
import { type Config } from '../../core/config.js';
import { type Database } from '../../core/database.js';
import { type Log } from '../../core/log.js';
import { boardVenues } from '../polled/board-venues.js';
import { type ReadingSource } from '../polled/reading.js';
import { SeriesBoard } from '../polled/series-board.js';
import { SeriesQuestions } from '../polled/series-questions.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { openInterestSeries, type MidPrice, type OpenInterestPoint } from './open-interest-point.js';
import { OpenInterestReader } from './open-interest-reader.js';
import { type OpenInterestModuleParts } from './open-interest.module.js';
import { OpenInterestRepository } from './open-interest.repository.js';
import { valuedHistory, type ValuedReading } from './valued-history.js';

/** What open interest needs of the rest of the program. */
export interface OpenInterestNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots' | 'SYMBOLS' | 'RETENTION_DAYS'>;
  readonly database: Pick<Database, 'writer' | 'reader'>;
  readonly catalog: SymbolCatalog;
  /** Shared by everybody who asks the venues. */
  readonly http: JsonFetch;
  /** What a coin costs now, where that is known. */
  readonly midOf: MidPrice;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Open interest of the configured venues; nothing is asked yet. */
export function createOpenInterest(needs: OpenInterestNeeds): OpenInterestModuleParts {
  const { config, database, catalog, http, midOf, clock, random, log } = needs;
  const repository = new OpenInterestRepository(database);
  const board = new SeriesBoard<ValuedReading, OpenInterestPoint>({
    series: openInterestSeries(midOf),
    venues: boardVenues(config, sourceOf),
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
  return { board, reader: new OpenInterestReader({ board, repository, questions, clock, retentionDays }) };
}

/** How a venue is asked: for the past together with prices, where it says no dollars. */
function sourceOf({ openInterest, candles }: VenueAdapter): ReadingSource<ValuedReading> | undefined {
  if (openInterest === undefined) return undefined;
  const history: ReadingSource<ValuedReading>['history'] = {
    maxHours: openInterest.history.maxHours,
    list: (...asked) => valuedHistory(openInterest, candles, ...asked),
  };
  return { ...openInterest, history };
}

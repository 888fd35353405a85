import { type Clock, type JsonFetch } from '@orderfox/feed';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { type Config } from '../../core/config.js';
import { type Log } from '../../core/log.js';
import { type BooksModuleParts } from '../books/books.module.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { BasisBoard } from './basis-board.js';
import { BasisQuestion } from './basis-question.js';
import { type BasisModuleParts } from './basis.module.js';
import { StableCoinRates, type RateSource } from './stable-coin-rates.js';
import { StandingBasis } from './standing-basis.js';

/** What basis needs of the rest of the program. */
export interface BasisNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots' | 'SYMBOLS'>;
  readonly books: Pick<BooksModuleParts, 'streams' | 'questions'>;
  readonly catalog: SymbolCatalog;
  /** Shared by everybody who asks the venues. */
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly log: Log;
}

/** The venue whose indices tell what USDC is worth in USDT. */
const INDEX_VENUE = 'okx';

/** Basis of the configured venues; nothing is asked for yet. */
export function createBasis({ config, books, catalog, http, clock, log }: BasisNeeds): BasisModuleParts {
  const { streams, questions } = books;
  const rates = new StableCoinRates({ source: rateSource(config), http, clock, log });
  const board = new BasisBoard({ streams, questions, rates, clock });
  const standing = new StandingBasis({
    symbols: config.SYMBOLS,
    catalog,
    board,
    clock,
    onError: (err) => log.error({ err }, 'the basis of a symbol that is always followed is not'),
  });
  return { board, rates, question: new BasisQuestion(questions), standing };
}

function rateSource({ venues, venueRoots }: Pick<Config, 'venues' | 'venueRoots'>): RateSource | undefined {
  if (!venues.some(({ id }) => id === INDEX_VENUE)) return undefined;
  const adapter = VENUE_ADAPTERS.find(({ id }) => id === INDEX_VENUE);
  if (adapter?.indexPrices === undefined) return undefined;
  return { indexPrices: adapter.indexPrices, roots: venueRoots.get(INDEX_VENUE) ?? adapter.roots };
}

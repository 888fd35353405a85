import { type Instrument } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
import { listIn } from '../rest-answer.js';
import { fieldOf } from '../rest-pages.js';
import { askBybit } from './bybit.symbols.js';

/** The answer of `GET /v5/market/tickers`: its rows and when it was given. */
export interface TickerAnswer {
  readonly rows: readonly unknown[];
  /** Unchecked. */
  readonly timeMs: unknown;
}

/** The tickers of the contracts that are wanted: of the one, or of all that there are. Throws VenueError. */
export async function askTickers(
  http: JsonFetch,
  restRoot: string,
  instruments: readonly Instrument[],
): Promise<TickerAnswer> {
  const [only] = instruments;
  const one =
    only === undefined || instruments.length > 1 ? '' : `&symbol=${encodeURIComponent(only.venueSymbol)}`;
  const body = await askBybit(http, restRoot, `/v5/market/tickers?category=linear${one}`);
  return { rows: listIn(body, 'bybit tickers', 'result', 'list'), timeMs: fieldOf(body, 'time') };
}

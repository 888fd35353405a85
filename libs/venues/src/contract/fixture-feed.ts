import { type Instrument } from '@orderfox/domain';
import { type FeedContext, type VenueAdapter, type VenueFeed } from '../venue-adapter.js';
import { type RestFixtures } from './venue-fixtures.js';

/** A context whose catalogue is the one in the fixtures, read by the adapter itself. */
export async function fixtureContext(
  adapter: VenueAdapter,
  rest: RestFixtures,
  changes: Partial<FeedContext> = {},
): Promise<FeedContext> {
  const { roots } = adapter;
  const http = (url: string): Promise<unknown> => Promise.resolve(rest.answers[url.replace(roots.rest, '')]);
  const instruments = await adapter.listInstruments(http, roots);
  const bySymbol = new Map<string, Instrument>(instruments.map((one) => [one.venueSymbol, one]));
  return {
    roots,
    instruments: { get: (symbol) => bySymbol.get(symbol), all: () => instruments },
    records: () => true,
    ...changes,
  };
}

/** The feed of a stream. Throws where the venue has none. */
export function feedOf(adapter: VenueAdapter, context: FeedContext, stream = 'liquidations'): VenueFeed {
  const feed = adapter.feeds(context).find((one) => one.stream === stream);
  if (feed === undefined) throw new Error(`${adapter.id} has no feed ${stream}`);
  return feed;
}

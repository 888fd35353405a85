import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';
import { type Config } from '../../core/config.js';
import { type Reading, type ReadingSource } from './reading.js';
import { type BoardVenue } from './series-board.js';

/** The configured venues in the order of the list of venues, with how each is asked, where it can be. */
export function boardVenues<R extends Reading>(
  { venues, venueRoots }: Pick<Config, 'venues' | 'venueRoots'>,
  sourceOf: (adapter: VenueAdapter) => ReadingSource<R> | undefined,
): readonly BoardVenue<R>[] {
  return VENUE_ADAPTERS.filter(({ id }) => venues.some((venue) => venue.id === id)).map((adapter) => {
    const { id, name, roots } = adapter;
    const source = sourceOf(adapter);
    return { id, name, roots: venueRoots.get(id) ?? roots, ...(source && { source }) };
  });
}

import { VenueRequests, type Clock, type JsonFetch, type RequestLimit } from '@orderfox/feed';
import { VENUE_ADAPTERS } from '@orderfox/venues';

/** For specs: the door to venues at these addresses, with the limits that they really have. */
export function venueRequests(
  clock: Clock,
  roots: Readonly<Record<string, { readonly rest: string }>>,
): VenueRequests {
  const venues = VENUE_ADAPTERS.map(({ id, name, limits: rules }) => {
    return { id, name, root: roots[id]?.rest ?? 'http://localhost', rules };
  });
  return new VenueRequests({ clock, venues });
}

/** For specs: a way to ask `http://localhost`, each path of which has this limit; a request costs what `?points=` says, or one. */
export function limitedHttp(clock: Clock, of: Pick<RequestLimit, 'points' | 'perMs'>): JsonFetch {
  const limits = new Map<string, RequestLimit>();
  const limitOf = (name: string): RequestLimit => {
    const limit = limits.get(name) ?? { name, ...of };
    limits.set(name, limit);
    return limit;
  };
  const costOf = (path: string, query: URLSearchParams) => {
    return { limit: limitOf(path), points: Number(query.get('points') ?? 1) };
  };
  const venues = [{ id: 'double', name: 'Double', root: 'http://localhost', rules: { costOf } }];
  return new VenueRequests({ clock, venues, fetch: () => Promise.resolve(new Response('1')) }).fetch;
}

import { VenueRequests, type Clock, type Random } from '@orderfox/feed';
import { type Pool } from 'pg';
import { type Config } from '../../core/config.js';
import { type Log } from '../../core/log.js';
import { VenueBanKeeper } from './venue-ban-keeper.js';
import { VenueBanRepository } from './venue-ban.repository.js';

/** What requests to venues need of the rest of the program. */
export interface VenueRequestsNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots'>;
  readonly pool: Pick<Pool, 'query'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The one way to ask venues by REST, and what remembers over restarts which of them must be left alone. */
export interface AskedVenues {
  readonly requests: VenueRequests;
  readonly keeper: VenueBanKeeper;
}

/** One limiter for each configured venue; what is on record of bans is read before the first request. */
export function createVenueRequests({ config, pool, clock, random, log }: VenueRequestsNeeds): AskedVenues {
  const venues = config.venues.map(({ id, name, roots, limits }) => ({
    id,
    name,
    root: (config.venueRoots.get(id) ?? roots).rest,
    rules: limits,
  }));
  const repository = new VenueBanRepository(pool, new Map(venues.map(({ id, root }) => [id, root])));
  const keeper = new VenueBanKeeper({
    repository,
    clock,
    random,
    log,
    onLate: (pauses) => requests.restore(pauses),
  });
  const requests = new VenueRequests({
    clock,
    venues,
    pausesBefore: () => keeper.read(),
    onPause: (pause) => keeper.keep(pause),
  });
  requests.onChange((venue) => {
    if (requests.state(venue)?.state === 'LIVE') keeper.answered(venue);
  });
  return { requests, keeper };
}

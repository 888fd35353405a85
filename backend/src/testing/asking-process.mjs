/**
 * For specs: what asks venues, in a process of its own, to be killed. Given a database and the address of a venue, it asks
 * once, tells its parent what came of it, and stays.
 */
import { systemClock } from '@orderfox/feed';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import pg from 'pg';
import { createVenueRequests } from '../modules/feeds/create-venue-requests.js';

const { database, rest } = JSON.parse(process.argv[2]);
const quiet = () => undefined;
const { requests } = createVenueRequests({
  config: { venues: VENUE_ADAPTERS, venueRoots: new Map([['binance', { ws: 'ws://localhost', rest }]]) },
  pool: new pg.Pool(database),
  clock: systemClock,
  random: Math.random,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});
requests.fetch(`${rest}/fapi/v1/time`, { kind: 'CATALOGUE' }).then(
  () => process.send({ failure: 'none' }),
  ({ failure, untilMs }) => process.send({ failure, untilMs }),
);
setInterval(quiet, 60_000);

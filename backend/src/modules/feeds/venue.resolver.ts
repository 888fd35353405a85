import { type FeedGap } from '@orderfox/domain';
import { StateStream } from '@orderfox/fanout';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { Args, Query, Resolver, Subscription } from '@nestjs/graphql';
import { ApiError } from '../../core/graphql-errors.js';
import { MarketBus } from '../../core/market-bus.js';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { FeedGapRepository } from './feed-gap.repository.js';
import { FeedGapsArguments, FeedGapType } from './feed-gap.type.js';
import { FeedSupervisor } from './feed-supervisor.js';
import { type VenueStatus } from './venue-status.js';
import { venueStates } from './venue-states.js';
import { VenueType } from './venue.type.js';

/** Also those that are not configured now: their gaps are still on record. */
const KNOWN_VENUES = VENUE_ADAPTERS.map(({ id }) => id);

/** Queries on venues, their feeds and what is missing of them. */
@Resolver(() => VenueType)
export class VenueResolver {
  constructor(
    private readonly supervisor: FeedSupervisor,
    private readonly gaps: FeedGapRepository,
    private readonly catalog: SymbolCatalog,
    private readonly bus: MarketBus,
  ) {}

  @Query(() => [VenueType], {
    description:
      'The venues that this program listens to, in the order of its configuration. Example: `{ venues { id status statusReason completeness feeds { stream state reason lastEventAt openGapSince } } }`',
  })
  venues(): readonly VenueStatus[] {
    return this.supervisor.venueStatuses();
  }

  @Query(() => [FeedGapType], {
    description:
      'Stretches of time that are missing, the newest first. Example: `{ feedGaps(venue: "okx", stream: "liquidations", first: 10) { from to cause detail } }`',
  })
  async feedGaps(@Args() { venue, stream, from, to, first }: FeedGapsArguments): Promise<readonly FeedGap[]> {
    if (typeof from === 'number' && typeof to === 'number' && from > to) {
      throw new ApiError('BAD_USER_INPUT', 'from: must not be after to', { argument: 'from' });
    }
    if (typeof venue === 'string' && !KNOWN_VENUES.includes(venue)) {
      const problem = `venue: there is none of this name; known are ${KNOWN_VENUES.join(', ')}`;
      throw new ApiError('BAD_USER_INPUT', problem, { argument: 'venue' });
    }
    return this.gaps.list({
      ...(typeof venue === 'string' && { venue }),
      ...(typeof stream === 'string' && { stream }),
      ...(typeof from === 'number' && { fromMs: from }),
      ...(typeof to === 'number' && { toMs: to }),
      first,
    });
  }

  @Subscription(() => VenueType, {
    description:
      'Every venue once, then each again when something about it changes. A slow reader gets the newest state and none in between. Example: `subscription { venueStatusChanged { id status statusReason feeds { stream state lastEventAt } } }`',
    resolve: (venue: VenueStatus) => venue,
  })
  venueStatusChanged(): StateStream<VenueStatus> {
    const { supervisor, bus, catalog } = this;
    return new StateStream('venues', venueStates({ supervisor, bus, catalog }));
  }
}

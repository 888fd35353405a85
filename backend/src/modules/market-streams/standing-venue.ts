import { type VenueId } from '@orderfox/domain';

/**
 * The venue that stands for a symbol where no other is named: the first in order that lists it. Undefined while nobody knows
 * whether one that comes before lists it: a stream must not begin with one venue and go on with another.
 */
export function standingVenue(
  order: readonly VenueId[],
  listed: ReadonlySet<VenueId>,
  isKnown: (venue: VenueId) => boolean,
): VenueId | undefined {
  for (const venue of order) {
    if (listed.has(venue)) return venue;
    if (!isKnown(venue)) return undefined;
  }
  return undefined;
}

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

/** Why a stream whose newest entry has these fields is not of a venue; undefined where it may be. */
export function venueObjection(
  venue: VenueId,
  fields: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const held = fields?.venue;
  return held === undefined || held === venue
    ? undefined
    : `the stream is of ${held}, and is to be of ${venue}`;
}

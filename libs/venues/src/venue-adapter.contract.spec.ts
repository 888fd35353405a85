import { describe, expect, test } from '@jest/globals';
import { contractBreaches } from './contract/contract-breaches.js';
import { toyFixtures, toyVenue } from './contract/toy-venue.js';
import { readFixtures } from './contract/venue-fixtures.js';
import { VENUE_ADAPTERS, type FeedContext, type VenueAdapter, type VenueFeed } from './index.js';

/** The toy venue with one thing done wrong in its feed. */
function toyWith(fault: (feed: VenueFeed, context: FeedContext) => Partial<VenueFeed>): VenueAdapter {
  return {
    ...toyVenue,
    feeds: (context) => toyVenue.feeds(context).map((feed) => ({ ...feed, ...fault(feed, context) })),
  };
}

function toyWithProtocol(fault: Partial<VenueFeed['protocol']>): VenueAdapter {
  return toyWith((feed) => ({ protocol: { ...feed.protocol, ...fault } }));
}

describe('the venue contract', () => {
  test.each(VENUE_ADAPTERS.map((adapter) => [adapter.id, adapter] as const))(
    '%s keeps it, with fixtures of its own in its own folder',
    async (id, adapter) => {
      const fixtures = readFixtures(new URL(`./${id}/fixtures/`, import.meta.url));
      expect(await contractBreaches(adapter, fixtures)).toEqual([]);
    },
  );

  test('no two venues share an id', () => {
    expect(new Set(VENUE_ADAPTERS.map(({ id }) => id)).size).toBe(VENUE_ADAPTERS.length);
  });

  test('a venue that nothing else has heard of keeps it with one folder and no other change', async () => {
    expect(await contractBreaches(toyVenue, toyFixtures)).toEqual([]);
  });

  test.each<[string, VenueAdapter, string]>([
    [
      'inverts the sides',
      toyWith((feed) => ({
        normalise: (message, at) => {
          const { events, ...rest } = feed.normalise(message, at);
          return { ...rest, events: events.map((event) => ({ ...event, liquidatedSide: 'LONG' as const })) };
        },
      })),
      'the two sides contradict each other',
    ],
    [
      'loses the second row of a frame',
      toyWith((feed) => ({
        normalise: (message, at) => {
          const { events, refusals } = feed.normalise(message, at);
          return { events: events.slice(0, 1), refusals };
        },
      })),
      'both sides at once, events',
    ],
    [
      'puts the time of receipt into the key',
      toyWith((feed) => ({
        normalise: (message, at) => {
          const { events, ...rest } = feed.normalise(message, at);
          return {
            ...rest,
            events: events.map((event) => ({ ...event, eventKey: `${event.eventKey}|${at}` })),
          };
        },
      })),
      'keys from a second socket',
    ],
    [
      'gives all events one key',
      toyWith((feed) => ({
        normalise: (message, at) => {
          const { events, ...rest } = feed.normalise(message, at);
          return { ...rest, events: events.map((event) => ({ ...event, eventKey: 'toy' })) };
        },
      })),
      'is that of another event',
    ],
    [
      'throws at garbage',
      toyWith((feed) => ({
        normalise: (message, at) => {
          if (message === null) throw new Error('null');
          return feed.normalise(message, at);
        },
      })),
      'null is not refused',
    ],
    [
      'records what nobody wants',
      toyWith((_, context) => toyVenue.feeds({ ...context, records: () => true })[0]!),
      'recorded although nobody wants it',
    ],
    [
      'takes garbage for data',
      toyWithProtocol({ read: (text) => ({ kind: 'data', message: text }) }),
      'is read as data',
    ],
    ['never replaces a connection', toyWithProtocol({ maxAgeMs: Infinity }), 'maxAgeMs is Infinity'],
    ['asks for nothing', toyWithProtocol({ subscribe: () => [] }), 'does not ask for every topic once'],
    ['has no route', toyWithProtocol({ url: 'wss://ws.toy.example' }), 'has no route'],
    [
      'has a feed without fixtures',
      toyWith(() => ({ stream: 'liquidations-2' })),
      'liquidations-2 has no fixtures',
    ],
    ['has a broken id', { ...toyVenue, id: 'Toy Venue' }, 'is not a plain word'],
  ])('a venue that %s breaks it', async (_, adapter, breach) => {
    expect(await contractBreaches(adapter, toyFixtures)).toContainEqual(expect.stringContaining(breach));
  });
});

import { expect, test } from '@jest/globals';
import { type FeedStatus } from '@orderfox/domain';
import { viewFeed, viewVenue } from './venue-status.js';

const ADAPTER = { id: 'bybit', name: 'Bybit', completeness: 'FULL', completenessNote: 'all' } as const;
const CATALOGUE = { venue: 'bybit', instruments: [], volumes: new Map(), source: 'FALLBACK' } as const;

function feed(stream: string, recorded: boolean, state: FeedStatus['state']) {
  const status = {
    type: 'feed-status',
    venue: 'bybit',
    stream,
    state,
    reason: `${stream} reason`,
    sinceMs: 1,
  } as const;
  return viewFeed(status, { recorded, eventsToday: 0, refusedToday: 0, gapsToday: 0, topics: 1 });
}

test('a venue is as good as its worst recorded feed', () => {
  const feeds = [feed('liquidations', true, 'QUIET'), feed('mark-prices', false, 'ERROR')];
  expect(viewVenue(ADAPTER, feeds, CATALOGUE)).toMatchObject({
    status: 'QUIET',
    statusReason: 'liquidations reason',
  });
});

test('a venue whose feeds cannot be set up is an ERROR that says why', () => {
  const venue = viewVenue(ADAPTER, [], CATALOGUE, 'the address is a test network');
  expect([venue.status, venue.statusReason]).toEqual(['ERROR', 'the address is a test network']);
});

test('what is not known is absent', () => {
  const view = feed('liquidations', true, 'LIVE');
  for (const field of ['until', 'lastEventAt', 'lastDataAt', 'openGapSince'])
    expect(view).not.toHaveProperty(field);
});

import { expect, test } from '@jest/globals';
import { type FeedGap, type FeedStatus } from '@orderfox/domain';
import { MarketBus } from '../../core/market-bus.js';
import { venueStates } from './venue-states.js';
import { viewVenue, type VenueStatus } from './venue-status.js';

function venue(id: string): VenueStatus {
  const catalogue = { venue: id, instruments: [], volumes: new Map(), source: 'FALLBACK' as const };
  return viewVenue({ id, name: id, completeness: 'FULL', completenessNote: '' }, [], catalogue, undefined);
}

test('a venue changes with its feeds, its gaps, its contracts and how it may be asked, and nobody listens after the end', () => {
  const bus = new MarketBus((error) => {
    throw error;
  });
  const catalogue = new Set<(venue: string) => void>();
  const asked = new Set<(venue: string) => void>();
  const source = venueStates({
    supervisor: {
      venueStatuses: () => [venue('binance'), venue('okx')],
      venueStatus: (id) => (id === 'okx' ? venue(id) : undefined),
      onRequestsChange: (listener) => {
        asked.add(listener);
        return () => asked.delete(listener);
      },
    },
    bus,
    catalog: {
      onChange: (listener) => {
        catalogue.add(listener);
        return () => catalogue.delete(listener);
      },
    },
  });
  expect([...source.keys()]).toEqual(['binance', 'okx']);
  expect([source.read('okx')?.id, source.read('bybit')]).toEqual(['okx', undefined]);
  const changed: string[] = [];
  const stop = source.subscribe((id) => changed.push(id));
  bus.publish({ type: 'feed-status-changed', status: { venue: 'binance' } as FeedStatus });
  bus.publish({ type: 'feed-gap-changed', gap: { venue: 'okx' } as FeedGap });
  for (const listener of catalogue) listener('bybit');
  for (const listener of asked) listener('binance');
  expect(changed).toEqual(['binance', 'okx', 'bybit', 'binance']);
  stop();
  expect([bus.listenerCount(), catalogue.size, asked.size]).toEqual([0, 0, 0]);
});

import { beforeEach, expect, test } from '@jest/globals';
import { type FeedStatus } from '@orderfox/domain';
import { MarketBus } from '../../core/market-bus.js';
import { VenueStatusStream } from './venue-status-stream.js';
import { viewVenue, type VenueStatus } from './venue-status.js';

let bus: MarketBus;
let reasons: Map<string, string>;
let catalogueListeners: Set<(venue: string) => void>;
let stream: VenueStatusStream;

beforeEach(() => {
  bus = new MarketBus((error) => {
    throw error;
  });
  reasons = new Map([
    ['binance', 'first'],
    ['okx', 'first'],
  ]);
  catalogueListeners = new Set();
  stream = new VenueStatusStream({
    supervisor: {
      venueStatuses: () => [...reasons.keys()].map(venue),
      venueStatus: (id) => (reasons.has(id) ? venue(id) : undefined),
    },
    bus,
    catalog: {
      onChange: (listener) => {
        catalogueListeners.add(listener);
        return () => catalogueListeners.delete(listener);
      },
    },
  });
});

function venue(id: string): VenueStatus {
  const catalogue = { venue: id, instruments: [], volumes: new Map(), source: 'FALLBACK' as const };
  return viewVenue(
    { id, name: id, completeness: 'FULL', completenessNote: '' },
    [],
    catalogue,
    reasons.get(id),
  );
}

function change(id: string, reason: string): void {
  reasons.set(id, reason);
  const status: FeedStatus = {
    type: 'feed-status',
    venue: id,
    stream: 'liquidations',
    state: 'ERROR',
    reason,
    sinceMs: 0,
  };
  bus.publish({ type: 'feed-status-changed', status });
}

const next = async () => {
  const { value } = await stream.next();
  return value && `${value.id} ${value.statusReason}`;
};

test('begins with every venue and goes on with what changes', async () => {
  expect([await next(), await next()]).toEqual(['binance first', 'okx first']);
  const waiting = next();
  change('okx', 'second');
  expect(await waiting).toBe('okx second');
});

test('gives a slow reader the newest state of each venue, once', async () => {
  for (let index = 0; index < 1_000; index += 1)
    change(index % 2 === 0 ? 'okx' : 'binance', `change ${index}`);
  expect([await next(), await next()]).toEqual(['binance change 999', 'okx change 998']);
  const waiting = next();
  change('binance', 'later');
  expect(await waiting).toBe('binance later');
});

test('hears of gaps and of catalogues too', async () => {
  await next();
  await next();
  const gap = next();
  bus.publish({
    type: 'feed-gap-changed',
    gap: { type: 'feed-gap', venue: 'okx', stream: 'liquidations', fromMs: 0, cause: 'SILENT', detail: '' },
  });
  expect(await gap).toBe('okx first');
  const catalogue = next();
  for (const listener of catalogueListeners) listener('binance');
  expect(await catalogue).toBe('binance first');
});

test('leaves no listener behind and ends a reader that waits', async () => {
  await next();
  await next();
  const waiting = stream.next();
  await stream.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(bus.listenerCount()).toBe(0);
  expect(catalogueListeners.size).toBe(0);
  expect((await stream.next()).done).toBe(true);
});

import { type StateSource } from '@orderfox/fanout';
import { type MarketBus } from '../../core/market-bus.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type FeedSupervisor } from './feed-supervisor.js';
import { type VenueStatus } from './venue-status.js';

/** What is read and listened to. */
export interface VenueStateParts {
  readonly supervisor: Pick<FeedSupervisor, 'venueStatuses' | 'venueStatus' | 'onRequestsChange'>;
  readonly bus: MarketBus;
  readonly catalog: Pick<SymbolCatalog, 'onChange'>;
}

/** The states of all venues by id. One changes with its feeds, with its gaps, with its list of contracts, and with how it may be asked. */
export function venueStates({ supervisor, bus, catalog }: VenueStateParts): StateSource<VenueStatus> {
  return {
    keys: () => supervisor.venueStatuses().map(({ id }) => id),
    read: (id) => supervisor.venueStatus(id),
    subscribe: (onChanged) => {
      const stops = [
        bus.subscribe('feed-status-changed', ({ status }) => onChanged(status.venue)),
        bus.subscribe('feed-gap-changed', ({ gap }) => onChanged(gap.venue)),
        catalog.onChange((venue) => onChanged(venue)),
        supervisor.onRequestsChange((venue) => onChanged(venue)),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

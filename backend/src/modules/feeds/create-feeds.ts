import { Backoff, LiveSocket, type Clock, type Random, type VenueRequests } from '@orderfox/feed';
import { type Config } from '../../core/config.js';
import { type Database } from '../../core/database.js';
import { type Log } from '../../core/log.js';
import { type MarketBus } from '../../core/market-bus.js';
import { type QuarantineRepository } from '../liquidation/quarantine.repository.js';
import { type RecorderStatus } from '../liquidation/recorder-status.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { CoverageWriter } from './coverage-writer.js';
import { FeedGapRepository } from './feed-gap.repository.js';
import { type EventSink } from './feed-ports.js';
import { FeedSupervisor } from './feed-supervisor.js';
import { recordedSymbols, unmatchedNamesWarner } from './recorded-symbols.js';
import { releaseRefusals } from './settled-refusals.js';
import { storageReport } from './storage-report.js';

/** What the feeds need of the rest of the program. */
export interface FeedsNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots' | 'LIQUIDATION_SYMBOLS'>;
  readonly catalog: SymbolCatalog;
  readonly requests: VenueRequests;
  readonly recorder: EventSink & { status(): RecorderStatus };
  readonly quarantine: Pick<QuarantineRepository, 'keep' | 'flush' | 'list' | 'remove'>;
  readonly database: Pick<Database, 'writer' | 'reader'>;
  readonly bus: MarketBus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The feeds, not started yet, and the ledger of what is missing of them. */
export interface Feeds {
  readonly supervisor: FeedSupervisor;
  readonly gaps: FeedGapRepository;
}

/** The feeds of the configured venues on real sockets. */
export function createFeeds(needs: FeedsNeeds): Feeds {
  const { config, catalog, requests, recorder, quarantine, database, bus, clock, random, log } = needs;
  const gaps = new FeedGapRepository(
    database,
    config.venues.map(({ id }) => id),
  );
  catalog.onChange(unmatchedNamesWarner(config.LIQUIDATION_SYMBOLS, catalog, log));
  const supervisor = new FeedSupervisor({
    venues: config.venues.map((adapter) => ({
      adapter,
      roots: config.venueRoots.get(adapter.id) ?? adapter.roots,
    })),
    catalog,
    requests,
    records: recordedSymbols(config.LIQUIDATION_SYMBOLS, (name) => catalog.find(name)),
    openSocket: (options) => new LiveSocket(options),
    events: recorder,
    refusals: {
      keep: (refusals) => quarantine.keep(refusals),
      release: (refusals) => {
        // They stay in quarantine then, which is untidy and harmless: the events are recorded.
        releaseRefusals(quarantine, refusals).catch((err: unknown) =>
          log.warn({ err }, 'rows that have become events are still in quarantine'),
        );
      },
    },
    storage: () => storageReport(recorder.status()),
    repository: gaps,
    writer: new CoverageWriter({
      repository: gaps,
      clock,
      backoff: new Backoff(random),
      log,
      onSaved: (gap) => bus.publish({ type: 'feed-gap-recorded', gap }),
    }),
    bus,
    clock,
    random,
    log,
  });
  return { supervisor, gaps };
}

import { type Metrics, type Sample } from '../../core/http/metrics.js';
import { type CatalogueCounts } from './catalogue-state.js';
import { type SymbolCatalog } from './symbol-catalog.js';

/** Registers how often venues were asked for their contracts, and how often that was spared (S028). */
export function registerSymbolMetrics(metrics: Metrics, catalog: SymbolCatalog): void {
  const labels = ['venue'];
  const counter = (name: string, help: string, read: (counts: CatalogueCounts) => number) =>
    metrics.counter({ name: `orderfox_catalogue_${name}_total`, help, labels }, () =>
      [...catalog.counts()].map(([venue, counts]): Sample => ({ labels: { venue }, value: read(counts) })),
    );
  counter('calls', 'Requests for the contracts of a venue', ({ calls }) => calls);
  counter('failures', 'Requests for the contracts of a venue that failed', ({ failures }) => failures);
  counter(
    'duplicates_prevented',
    'Callers that shared a request which was already on its way',
    ({ duplicatesPrevented }) => duplicatesPrevented,
  );
  counter('cache_hits', 'Callers that were served without a request', ({ cacheHits }) => cacheHits);
  counter(
    'unreadable_rows',
    'Contracts left out because they could not be read',
    (counts) => counts.unreadableRows,
  );
  metrics.gauge({ name: 'orderfox_catalogue_contracts', help: 'Contracts known of a venue', labels }, () =>
    catalog.catalogues().map(({ venue, instruments }) => ({ labels: { venue }, value: instruments.length })),
  );
}

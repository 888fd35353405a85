import { type Metrics } from '../../core/http/metrics.js';
import { type ResponseCache } from '../../core/http/response-cache/response-cache.js';

/** Registers where answers of the compatible REST addresses come from, and what is kept of them. */
export function registerCompatMetrics(
  metrics: Metrics,
  cache: Pick<ResponseCache, 'counts' | 'store'>,
): void {
  metrics.counter(
    {
      name: 'orderfox_compat_answers_total',
      help: 'Requests to the REST addresses of earlier terminals by where the answer comes from: memory, the execution of an equal one, an execution of their own that is kept, or one that is not',
      labels: ['from'],
    },
    () => {
      const { hits, shared, misses, bypassed } = cache.counts();
      const alone = Object.values(bypassed).reduce((sum, count) => sum + count, 0);
      return [
        { value: hits, labels: { from: 'memory' } },
        { value: shared, labels: { from: 'shared' } },
        { value: misses, labels: { from: 'execution' } },
        { value: alone, labels: { from: 'alone' } },
      ];
    },
  );
  metrics.counter(
    { name: 'orderfox_compat_cache_evictions_total', help: 'Kept REST answers that made room for others' },
    () => [{ value: cache.store.evictions }],
  );
  metrics.gauge({ name: 'orderfox_compat_cache_bytes', help: 'Memory that kept REST answers take' }, () => [
    { value: cache.store.bytes },
  ]);
}

import { type Metrics, type Sample } from '../http/metrics.js';
import { type ApiPolicy } from './api-policy.js';

/** Registers what the policy counts, over both transports. */
export function registerPolicyMetrics(metrics: Metrics, policy: ApiPolicy): void {
  const { documents } = policy;
  metrics.counter(
    {
      name: 'orderfox_operations_refused_total',
      help: 'GraphQL operations refused before they ran, by the limit they were over or by the code they got',
      labels: ['cause'],
    },
    () => byCause(policy.refused),
  );
  metrics.counter(
    {
      name: 'orderfox_documents_total',
      help: 'Texts of operations read, by whether they were known or had to be parsed',
      labels: ['result'],
    },
    () => [
      { labels: { result: 'known' }, value: documents.hits },
      { labels: { result: 'parsed' }, value: documents.misses },
    ],
  );
  metrics.counter(
    { name: 'orderfox_documents_evicted_total', help: 'Parsed documents given up for newer ones' },
    () => [{ value: documents.evicted }],
  );
  metrics.gauge({ name: 'orderfox_documents', help: 'Parsed documents that are kept' }, () => [
    { value: documents.size },
  ]);
  metrics.gauge({ name: 'orderfox_documents_bytes', help: 'Heap that they take, as estimated' }, () => [
    { value: documents.bytes },
  ]);
}

function* byCause(counts: ReadonlyMap<string, number>): Generator<Sample> {
  for (const [cause, value] of counts) yield { labels: { cause }, value };
}

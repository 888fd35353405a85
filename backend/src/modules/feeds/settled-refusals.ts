import { type Refusal } from '@orderfox/domain';
import { type QuarantineRepository } from '../liquidation/quarantine.repository.js';

/** The most kept rows of one venue and reason that are looked through. */
const MAX_LOOKED_AT = 1_000;

/**
 * Takes rows out of quarantine that have become events after all; all of one venue and reason. Rejects while the
 * database is away.
 */
export async function releaseRefusals(
  quarantine: Pick<QuarantineRepository, 'flush' | 'list' | 'remove'>,
  settled: readonly Refusal[],
): Promise<void> {
  const [first] = settled;
  if (first === undefined) return;
  await quarantine.flush();
  const wanted = new Set(settled.map(keyOf));
  const kept = await quarantine.list(first.venue, first.reason, MAX_LOOKED_AT);
  const ids = kept.filter((row) => wanted.has(keyOf(row))).map(({ id }) => id);
  if (ids.length > 0) await quarantine.remove(ids);
}

function keyOf({ receivedTimeMs, raw }: Pick<Refusal, 'receivedTimeMs' | 'raw'>): string {
  return `${Math.round(receivedTimeMs)} ${raw}`;
}

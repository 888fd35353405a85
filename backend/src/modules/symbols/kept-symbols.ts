import { type VenueId } from '@orderfox/domain';
import { type Pool } from 'pg';
import { CatalogueRepository } from './catalogue.repository.js';
import { type VenueContracts } from './market-symbol.js';
import { mergeSymbols } from './merge-symbols.js';
import { SymbolIndex } from './symbol-index.js';

/**
 * The markets as they were known last, for programs that ask no venue. Empty where nothing was kept. Rejects when the database
 * is away or holds lists of another shape.
 */
export async function readKeptSymbols(
  venues: readonly { readonly id: VenueId }[],
  pool: Pick<Pool, 'query'>,
): Promise<SymbolIndex> {
  const store = new CatalogueRepository(pool);
  const known: VenueContracts[] = [];
  for (const { id } of venues) {
    const kept = await store.read(id);
    if (kept === undefined) continue;
    known.push({ venue: id, instruments: kept.instruments, volumes: new Map(), source: 'LAST_KNOWN' });
  }
  return new SymbolIndex(mergeSymbols(known));
}

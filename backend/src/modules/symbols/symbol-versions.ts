import { type VersionSources } from '../../core/http/response-cache/data-versions.js';
import { type SymbolCatalog } from './symbol-catalog.js';

/** Markets are read from the catalogue in memory alone. */
export function symbolVersions(catalog: Pick<SymbolCatalog, 'revision'>): VersionSources {
  const revision = () => `${catalog.revision}`;
  return { symbols: revision, symbol: revision };
}

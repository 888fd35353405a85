import { ApiError } from '../../core/graphql-errors.js';
import { type SymbolCatalog } from './symbol-catalog.js';

/** Longer names are cut in the message: it may be shown, and it may be hostile. */
const MAX_SHOWN = 40;

/** The error for a name that is no market, with the nearest names in `suggestions`. */
export function unknownSymbol(name: string, catalog: Pick<SymbolCatalog, 'suggest'>): ApiError {
  const suggestions = catalog.suggest(name);
  const shown = name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
  const hint = suggestions.length > 0 ? `; did you mean ${suggestions.join(' or ')}?` : '';
  return new ApiError('UNKNOWN_SYMBOL', `Invalid symbol: ${shown}${hint}`, { suggestions });
}

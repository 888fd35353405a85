import { type LastingTypes } from '../../core/graphql/writing/kept-texts.js';
import { type VersionSources } from '../../core/http/response-cache/data-versions.js';
import { SharedReading } from '../../core/http/response-cache/shared-reading.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type LiquidationRepository } from './liquidation.repository.js';

/**
 * What `liquidations` shows depends on the rows and, for names and digits, on the catalogue. Where the stream stands is
 * asked of the database, one reading for all who wait: the bus of this process hears of its own commits a moment late
 * and of another process's commits perhaps never. A page below a cursor holds rows that are numbered already, and new
 * rows only get higher numbers: nothing but retention can change it.
 */
export function liquidationVersions(
  repository: Pick<LiquidationRepository, 'latest'>,
  catalog: Pick<SymbolCatalog, 'revision'>,
): VersionSources {
  const position = new SharedReading(() => repository.latest());
  return {
    liquidations: async ({ after }) => {
      const { storeId, oldestSeq, lastSeq } = await position.get();
      const rows = typeof after === 'string' ? `${oldestSeq}` : `${oldestSeq}-${lastSeq}`;
      return `${storeId} ${rows} ${catalog.revision}`;
    },
  };
}

/** A recorded row never changes, and what is shown of it hangs on nothing else but the digits of its market. */
export function lastingLiquidations(catalog: Pick<SymbolCatalog, 'revision'>): LastingTypes {
  return { Liquidation: () => catalog.revision };
}

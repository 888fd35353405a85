import { type FieldArguments, type VersionSources } from '../../core/http/response-cache/data-versions.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type VolumeQueryReader, type VolumeRangeRequest } from './volume-query-reader.js';
import { type VolumeReader } from './volume-reader.js';

/**
 * What `liquidationVolume` shows depends on the rows in its range, on the gaps there and, for names, on the catalogue;
 * without a range also on the present bucket. A range of the past keeps its version until a late event falls into it.
 */
export function volumeVersions(
  queries: Pick<VolumeQueryReader, 'read'>,
  volume: Pick<VolumeReader, 'version'>,
  catalog: Pick<SymbolCatalog, 'revision'>,
): VersionSources {
  return {
    liquidationVolume: async (args: FieldArguments) => {
      // The names and types of the arguments are those of the schema, which has checked them.
      const query = await queries.read(args as unknown as VolumeRangeRequest);
      return `${query.fromMs}-${query.toMs} ${catalog.revision} ${await volume.version(query)}`;
    },
  };
}

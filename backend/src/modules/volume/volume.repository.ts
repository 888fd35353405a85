import { type Timeframe, type VenueId, type VolumeBucket } from '@orderfox/domain';
import { type Pool } from 'pg';
import { type VolumeQuery } from './volume-query.js';
import {
  rangeStatement,
  startsStatement,
  toBucket,
  versionStatement,
  type VolumeRow,
} from './volume-select.js';

/**
 * The only door to the volume tables, which `record_liquidations` writes together with the events: what is read here is
 * at every moment the exact sum of what is recorded. Everything rejects with what `pg` throws when the server is away.
 */
export class VolumeRepository {
  constructor(private readonly pools: { readonly reader: Pick<Pool, 'query'> }) {}

  /** Buckets with at least one event, the oldest first. */
  async buckets(query: VolumeQuery): Promise<readonly VolumeBucket[]> {
    const { rows } = await this.pools.reader.query<VolumeRow>(rangeStatement(query));
    return rows.map(toBucket);
  }

  /** Those of the buckets that begin at these times, epoch ms, in which there is an event; the oldest first. */
  async touched(
    symbol: string,
    timeframe: Timeframe,
    startsMs: readonly number[],
    venues?: readonly VenueId[],
  ): Promise<readonly VolumeBucket[]> {
    if (startsMs.length === 0) return [];
    const statement = startsStatement({ symbol, timeframe, startsMs, ...(venues && { venues }) });
    const { rows } = await this.pools.reader.query<VolumeRow>(statement);
    return rows.map(toBucket);
  }

  /**
   * Names the state of all that a query reads: another text after every change of one of its buckets, and perhaps after
   * changes beside them. Costs a row per day and venue of the range.
   */
  async version(query: VolumeQuery): Promise<string> {
    const { rows } = await this.pools.reader.query<{ version: string }>(versionStatement(query));
    const row = rows[0];
    if (row === undefined) throw new Error('The table liquidation_cursor has lost its row');
    return row.version;
  }
}

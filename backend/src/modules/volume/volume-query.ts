import { type Timeframe, type VenueId } from '@orderfox/domain';

/** Which buckets are wanted. */
export interface VolumeQuery {
  /** A canonical symbol, or ALL_SYMBOLS for the sum over all. */
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** The first bucket is the one in which this lies, epoch ms. */
  readonly fromMs: number;
  /** The last bucket is the one that begins before this, epoch ms. */
  readonly toMs: number;
  /** Only what these reported; all if absent, nothing if empty. */
  readonly venues?: readonly VenueId[];
}

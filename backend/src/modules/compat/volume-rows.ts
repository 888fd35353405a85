import { type Timeframe } from '@orderfox/domain';
import { type CompatQuestion } from './compat-answers.js';
import { FixedOperation } from './fixed-operation.js';

/** The fields of a bucket under the names that earlier terminals gave them, in their order. */
export const VOLUME_FIELDS = `
  time
  buy_volume: buyVolume sell_volume: sellVolume total_volume: totalVolume delta_volume: deltaVolume
  buy_volume_formatted: buyVolumeFormatted sell_volume_formatted: sellVolumeFormatted
  total_volume_formatted: totalVolumeFormatted delta_volume_formatted: deltaVolumeFormatted
  count timestamp_ms: timestamp quality`;

const VOLUME =
  new FixedOperation(`query($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp) {
  rows: liquidationVolume(symbol: $symbol, timeframe: $timeframe, from: $from, to: $to) { ${VOLUME_FIELDS} }
}`);

/** Which rows of volume are asked for. Times in epoch ms. */
export interface VolumeRowsRequest {
  /** As the client named it. */
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly start: number | null;
  readonly end: number | null;
}

/** Rows of volume of a stretch of time, ascending. `nameOf` gives a market's canonical name. */
export function volumeRows(
  { symbol, timeframe, start, end }: VolumeRowsRequest,
  nameOf: (symbol: string) => string,
): CompatQuestion {
  return {
    operation: VOLUME,
    variables: { symbol, timeframe, from: start, to: end },
    write: ({ rows }) => ({
      symbol: nameOf(symbol),
      timeframe,
      data: rows,
      start_time: start,
      end_time: end,
    }),
  };
}

import { fixedLengthMs, parseTimeframe, type Timeframe } from '@orderfox/domain';
import { rangePoints } from '../../core/graphql/range-points.js';
import { DEFAULT_BUCKETS, MAX_BUCKETS } from './volume-range.js';

const MINUTE_MS = 60_000;
/** The shortest that there is: more buckets than there are cost nobody too little. */
const MONTH_MS = 28 * 24 * 60 * MINUTE_MS;

/** Points for the buckets of a range beyond those that the list is reckoned with; of volume as of bars. */
export const bucketPoints = rangePoints({
  listSize: DEFAULT_BUCKETS,
  maxRows: MAX_BUCKETS,
  between: (fromMs, toMs, argument) => (toMs - fromMs) / lengthMs(argument('timeframe')),
});

/** What is no timeframe is refused when it is executed; until then, and where none is given, it is the shortest. */
function lengthMs(text: unknown): number {
  if (typeof text !== 'string') return MINUTE_MS;
  try {
    const timeframe: Timeframe = parseTimeframe(text);
    return fixedLengthMs(timeframe) ?? MONTH_MS;
  } catch {
    return MINUTE_MS;
  }
}

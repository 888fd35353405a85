import { fixedLengthMs, parseTimeframe, type Timeframe } from '@orderfox/domain';
import { rangePoints } from '../../core/graphql/range-points.js';
import { DEFAULT_BUCKETS, MAX_BUCKETS } from '../volume/volume-range.js';
import { DAY_MS, MINUTE_MS } from './bar-piece.js';

/** The shortest that there is: more buckets than there are cost nobody too little. */
const MONTH_MS = 28 * DAY_MS;

/** Points for the bars of a range beyond those that the list is reckoned with. */
export const barPoints = rangePoints({
  listSize: DEFAULT_BUCKETS,
  maxRows: MAX_BUCKETS,
  between: (fromMs, toMs, argument) => (toMs - fromMs) / lengthMs(argument('timeframe')),
});

/** What is no timeframe is refused when it is executed; until then it is the one that is meant where none is given. */
function lengthMs(text: unknown): number {
  if (typeof text !== 'string') return MINUTE_MS;
  try {
    const timeframe: Timeframe = parseTimeframe(text);
    return fixedLengthMs(timeframe) ?? MONTH_MS;
  } catch {
    return MINUTE_MS;
  }
}

import { exactSum, groupText, wholeText } from '../../core/exact-sum.js';
import { type Zone } from '../../core/time-text.js';
import { bucketText } from './axis-text.js';
import { type ChartContent, type FlowContent } from './chart-drawing.js';
import { isIntraday } from './timeframes.js';

/** What the chart shows in a few sentences, for those who cannot see it. */
export function chartSummary(symbol: string, content: ChartContent, zone: Zone, flow?: FlowContent): string {
  const { timeframe, candles, buckets, hatched } = content;
  // As long as nothing is loaded nothing is known, also not that there is nothing.
  if (candles.length + buckets.length === 0) return `${symbol}. Nothing is drawn yet.`;
  const at = (ms: number) => bucketText(ms, zone, isIntraday(timeframe));
  const [first, last] = [candles[0], candles.at(-1)];
  const full = buckets.filter(({ count }) => count > 0);
  const sum = (amounts: readonly string[]) => wholeText(exactSum(amounts));
  const prices =
    first === undefined || last === undefined
      ? 'No candles.'
      : `${countText(candles.length, 'candle')} of ${timeframe} from ${at(first.startMs)} to ${at(last.startMs)}, last price ${groupText(last.close)}.`;
  const liquidations =
    full.length === 0
      ? `No liquidations ${hatched.length === 0 ? 'in' : 'are known of'} this time.`
      : `Liquidations in ${full.length} of them: shorts ${sum(full.map(({ shortsUsd }) => shortsUsd))} USD, longs ${sum(full.map(({ longsUsd }) => longsUsd))} USD.`;
  const missing =
    hatched.length === 0
      ? ''
      : ` Of ${countText(hatched.length, 'stretch', 'stretches')} not all liquidations are known.`;
  return `${symbol}. ${prices} ${liquidations}${missing}${flow === undefined ? '' : flowText(flow)}`;
}

function flowText({ points, hatched }: FlowContent): string {
  const last = points.at(-1);
  if (last === undefined) return ' No trades are known of this time.';
  const sum = (amounts: readonly string[]) => wholeText(exactSum(amounts));
  const missing =
    hatched.length === 0
      ? ''
      : ` Of ${countText(hatched.length, 'stretch', 'stretches')} not all trades are known.`;
  const cvd = `the sum of buys minus sells since 00:00 UTC is ${wholeText(last.cvdUsd)} USD${last.isCvdPartial ? ', incomplete' : ''}.`;
  return ` Takers bought for ${sum(points.map(({ buysUsd }) => buysUsd))} USD and sold for ${sum(points.map(({ sellsUsd }) => sellsUsd))} USD; ${cvd}${missing}`;
}

function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

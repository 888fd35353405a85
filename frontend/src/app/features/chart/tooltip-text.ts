import { type BucketQuality } from '@orderfox/client';
import { groupText } from '../../core/exact-sum.js';
import { type Zone } from '../../core/time-text.js';
import { type MarkKind } from '../../ui/mark.js';
import { amountText, bucketText, signedAmountText } from './axis-text.js';
import { type BucketPoint, type CandlePoint, type FlowPoint } from './chart-points.js';
import { sideShares } from './series-maths.js';

/** What is known of takers in one bucket. */
export interface FlowFacts {
  /** Undefined where no trade is known. */
  readonly point: FlowPoint | undefined;
  /** True where trades are missing, or may be. */
  readonly isHatched: boolean;
}

/** What is known of one place on the time axis. */
export interface PlaceFacts {
  readonly startMs: number;
  readonly candle: CandlePoint | undefined;
  readonly bucket: BucketPoint | undefined;
  /** True where the feed has a recorded hole. */
  readonly isHatched: boolean;
  /** What takers did; undefined where no pane shows it. */
  readonly flow: FlowFacts | undefined;
  readonly zone: Zone;
  readonly isIntraday: boolean;
  readonly baseAsset: string;
}

/** One line of the tooltip. */
export interface TooltipLine {
  readonly label: string;
  readonly text: string;
  /** The exact value, or a longer word about it. */
  readonly hint?: string;
  readonly mark?: MarkKind;
  readonly detail?: string;
}

/** The tooltip of one place on the time axis. */
export interface TooltipView {
  readonly time: string;
  readonly lines: readonly TooltipLine[];
  readonly flow: readonly TooltipLine[];
  readonly prices: readonly TooltipLine[];
}

const QUALITY_TEXT: Readonly<Record<BucketQuality, string>> = {
  EXACT: 'exact',
  FLOOR: 'a floor',
  PARTIAL: 'incomplete',
};

export function tooltipView(facts: PlaceFacts): TooltipView {
  const { startMs, zone, isIntraday, candle, baseAsset } = facts;
  return {
    time: bucketText(startMs, zone, isIntraday),
    lines: liquidationLines(facts),
    flow: facts.flow === undefined ? [] : flowLines(facts.flow),
    prices:
      candle === undefined
        ? []
        : [
            { label: 'Open', text: groupText(candle.open) },
            { label: 'High', text: groupText(candle.high) },
            { label: 'Low', text: groupText(candle.low) },
            { label: 'Close', text: groupText(candle.close), ...(!candle.isClosed && { detail: 'so far' }) },
            { label: 'Traded', text: groupText(candle.volume), detail: baseAsset },
          ],
  };
}

/** The same in one sentence, for those who hear it. */
export function tooltipSentence({ time, lines, flow, prices }: TooltipView): string {
  const say = ({ label, text, detail }: TooltipLine) =>
    [label, text, detail].filter((part) => part !== undefined && part !== '').join(' ');
  return `${time}: ${[...lines, ...flow, ...prices].map(say).join(', ')}`;
}

function liquidationLines({ bucket, isHatched }: PlaceFacts): readonly TooltipLine[] {
  if (bucket === undefined || bucket.count === 0) {
    return [{ label: 'Liquidations', text: isHatched ? 'not known' : 'none' }];
  }
  const share = sideShares(bucket);
  const quality = isHatched ? 'PARTIAL' : bucket.quality;
  const side = (label: string, mark: MarkKind, text: string, exact: string, percent: number | undefined) => ({
    label,
    mark,
    text,
    hint: `${exact} USD`,
    ...(percent !== undefined && { detail: `${percent} %` }),
  });
  return [
    side('Shorts', 'up', bucket.shortsText, bucket.shortsUsd, share?.shortsPercent),
    side('Longs', 'down', bucket.longsText, bucket.longsUsd, share?.longsPercent),
    { label: 'Net', text: bucket.netText, hint: `${bucket.netUsd} USD, shorts minus longs` },
    { label: 'Total', text: bucket.totalText, hint: `${bucket.totalUsd} USD`, detail: 'USD' },
    { label: 'Liquidations', text: groupText(String(bucket.count)) },
    { label: 'Sum', text: QUALITY_TEXT[quality] },
  ];
}

function flowLines({ point, isHatched }: FlowFacts): readonly TooltipLine[] {
  if (point === undefined) return [{ label: 'Takers', text: isHatched ? 'not known' : 'no trade' }];
  const { buysUsd, sellsUsd, deltaUsd, cvdUsd, isCvdPartial, count, quality } = point;
  const [buys, sells] = [Number(buysUsd), Number(sellsUsd)];
  const percent = buys + sells === 0 ? undefined : Math.round((buys / (buys + sells)) * 100);
  const amount = (label: string, mark: MarkKind, usd: string, share: number | undefined) => ({
    label,
    mark,
    text: amountText(Number(usd)),
    hint: `${usd} USD`,
    ...(share !== undefined && { detail: `${share} %` }),
  });
  return [
    amount('Taker buys', 'up', buysUsd, percent),
    amount('Taker sells', 'down', sellsUsd, percent === undefined ? undefined : 100 - percent),
    { label: 'Delta', text: signedAmountText(Number(deltaUsd)), hint: `${deltaUsd} USD`, detail: 'USD' },
    {
      label: 'CVD',
      text: signedAmountText(Number(cvdUsd)),
      hint: `${cvdUsd} USD`,
      ...(isCvdPartial && { detail: 'incomplete' }),
    },
    {
      label: 'Trades',
      text: groupText(String(count)),
      detail: QUALITY_TEXT[isHatched ? 'PARTIAL' : quality],
    },
  ];
}

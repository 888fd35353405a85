import { type BucketQuality } from '@orderfox/client';
import { groupText } from '../../core/exact-sum.js';
import { type Zone } from '../../core/time-text.js';
import { type MarkKind } from '../../ui/mark.js';
import { bucketText } from './axis-text.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { sideShares } from './series-maths.js';

/** What is known of one place on the time axis. */
export interface PlaceFacts {
  readonly startMs: number;
  readonly candle: CandlePoint | undefined;
  readonly bucket: BucketPoint | undefined;
  /** True where the feed has a recorded hole. */
  readonly isHatched: boolean;
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
export function tooltipSentence({ time, lines, prices }: TooltipView): string {
  const say = ({ label, text, detail }: TooltipLine) =>
    [label, text, detail].filter((part) => part !== undefined && part !== '').join(' ');
  return `${time}: ${[...lines, ...prices].map(say).join(', ')}`;
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

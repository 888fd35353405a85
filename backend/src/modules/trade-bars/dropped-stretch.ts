import { baseTimeframe, type Timeframe } from '@orderfox/domain';
import { partitionAt } from '../../core/partitioned-table.js';
import { DAY_MS } from './bar-piece.js';
import { type MissingTrades } from './missing-trades.js';

/**
 * The time of which bars of a timeframe may be dropped, as a stretch in which trades are missing: up to the beginning of the
 * oldest part that is kept whole for so many days. Bars made of minutes are dropped by the day, all others by the month.
 */
export function droppedStretch(timeframe: Timeframe, nowMs: number, retentionDays: number): MissingTrades {
  const name = baseTimeframe(timeframe) === '1m' ? 'trade_bar_1m' : 'trade_bar_1h';
  const span = name === 'trade_bar_1m' ? 'DAY' : 'MONTH';
  const { fromMs } = partitionAt({ name, column: 'bucket', span }, nowMs - retentionDays * DAY_MS);
  return { number: 0, fromMs: 0, toMs: fromMs - 1, reason: 'older than RETENTION_DAYS', notedMs: nowMs };
}

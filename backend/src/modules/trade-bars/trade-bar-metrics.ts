import { type Metrics } from '../../core/http/metrics.js';
import { type BarRecorder, type BarRecorderCounts } from './bar-recorder.js';
import { type BarStreams } from './bar-streams.js';

const GAUGES = [
  ['markets', 'orderfox_trade_bar_markets', 'Markets whose trades are recorded as bars'],
  ['standingBy', 'orderfox_trade_bar_markets_standing_by', 'Of those: which another process records'],
  ['waiting', 'orderfox_trade_bar_minutes_waiting', 'Minutes of trades that are not stored yet'],
  ['fillable', 'orderfox_trade_bar_gaps_fillable', 'Gaps that the venue is still being asked for'],
] as const satisfies readonly (readonly [keyof BarRecorderCounts, string, string])[];

const COUNTERS = [
  ['trades', 'orderfox_trade_bar_trades_total', 'Trades that were added to a bar as they came'],
  ['known', 'orderfox_trade_bar_trades_known_total', 'Trades that came again and were stored already'],
  [
    'refilled',
    'orderfox_trade_bar_trades_refilled_total',
    'Trades that were asked for later and added to their bar',
  ],
  ['odd', 'orderfox_trade_bar_trades_odd_total', 'Trades that were left out because their time cannot be'],
  ['gaps', 'orderfox_trade_bar_gaps_total', 'Gaps that were noticed, those that were filled later included'],
  ['writes', 'orderfox_trade_bar_writes_total', 'Statements that stored bars'],
  ['failed', 'orderfox_trade_bar_writes_failed_total', 'Statements that should have stored bars and failed'],
  ['stored', 'orderfox_trade_bars_stored_total', 'Bars of a minute that were stored, each change counted'],
  ['requests', 'orderfox_trade_bar_requests_total', 'Requests for trades that bars lacked'],
] as const satisfies readonly (readonly [keyof BarRecorderCounts, string, string])[];

/** Registers what bars hold and cost. No label names a symbol: clients choose those. */
export function registerTradeBarMetrics(
  metrics: Metrics,
  recorder: Pick<BarRecorder, 'counts'>,
  streams: Pick<BarStreams, 'boardCount' | 'refused'>,
): void {
  for (const [field, name, help] of GAUGES)
    metrics.gauge({ name, help }, () => [{ value: recorder.counts()[field] }]);
  for (const [field, name, help] of COUNTERS) {
    metrics.counter({ name, help }, () => [{ value: recorder.counts()[field] }]);
  }
  metrics.gauge(
    { name: 'orderfox_trade_bar_boards', help: 'Markets and timeframes whose bars somebody follows' },
    () => [{ value: streams.boardCount }],
  );
  metrics.counter(
    {
      name: 'orderfox_trade_bar_streams_refused_total',
      help: 'Streams of bars that were refused because too many were followed',
    },
    () => [{ value: streams.refused }],
  );
}

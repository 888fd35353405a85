import { type Metrics } from '../../core/http/metrics.js';
import { type TradeCounts, type TradeStreams } from './trade-streams.js';

const GAUGES = [
  [
    'markets',
    'orderfox_trade_markets',
    'Markets whose trades are followed, those nobody wants for a minute included',
  ],
  ['topics', 'orderfox_trade_topics', 'Topics of trades that are asked of venues'],
  ['connections', 'orderfox_trade_connections', 'Connections to venues that are open for trades'],
  ['subscribers', 'orderfox_trade_subscribers', 'Subscribers of trades'],
  ['waiting', 'orderfox_trade_requests_waiting', 'Requests for past trades that wait for their turn'],
] as const satisfies readonly (readonly [keyof TradeCounts, string, string])[];

const COUNTERS = [
  ['told', 'orderfox_trades_total', 'Trades that were taken in, each once'],
  ['known', 'orderfox_trades_known_total', 'Trades that came once more'],
  ['refilled', 'orderfox_trades_refilled_total', 'Trades that were missed and asked for'],
  ['gaps', 'orderfox_trade_gaps_total', 'Times that trades were missed and could not be asked for'],
  ['shed', 'orderfox_trades_shed_total', 'Trades that were left out because more came than the limit'],
  [
    'unreadable',
    'orderfox_trades_unreadable_total',
    'Trades and whole frames of venues that could not be read',
  ],
  ['requests', 'orderfox_trade_requests_total', 'Requests for past trades that were made to venues'],
  [
    'failed',
    'orderfox_trade_requests_failed_total',
    'Requests for past trades that a venue did not answer, or not with trades',
  ],
  [
    'refused',
    'orderfox_trade_markets_refused_total',
    'Markets that were refused because too many were followed',
  ],
] as const satisfies readonly (readonly [keyof TradeCounts, string, string])[];

/** Registers what trades hold and cost. No label names a symbol: clients choose those. */
export function registerTradeMetrics(metrics: Metrics, streams: Pick<TradeStreams, 'counts'>): void {
  for (const [field, name, help] of GAUGES) {
    metrics.gauge({ name, help }, () => [{ value: streams.counts()[field] }]);
  }
  for (const [field, name, help] of COUNTERS) {
    metrics.counter({ name, help }, () => [{ value: streams.counts()[field] }]);
  }
}

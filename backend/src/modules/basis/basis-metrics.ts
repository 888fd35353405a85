import { type Metrics } from '../../core/http/metrics.js';
import { type BasisBoard } from './basis-board.js';
import { type StableCoinRates } from './stable-coin-rates.js';

/** Registers what following the basis of coins costs. No label names a symbol: clients choose those. */
export function registerBasisMetrics(
  metrics: Metrics,
  board: Pick<BasisBoard, 'followed'>,
  rates: Pick<StableCoinRates, 'counts'>,
): void {
  metrics.gauge({ name: 'orderfox_basis_followed', help: 'Coins whose basis is followed' }, () => [
    { value: board.followed },
  ]);
  metrics.counter(
    { name: 'orderfox_stable_coin_rate_requests_total', help: 'Times that the rate of USDC was asked for' },
    () => [{ value: rates.counts.requests }],
  );
  metrics.counter(
    {
      name: 'orderfox_stable_coin_rate_failed_total',
      help: 'Times that the rate of USDC was asked for and not answered',
    },
    () => [{ value: rates.counts.failed }],
  );
}

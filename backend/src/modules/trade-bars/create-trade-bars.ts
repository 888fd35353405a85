import { randomUUID } from 'node:crypto';
import { type Clock } from '@orderfox/feed';
import { type ClientLimits } from '../../core/clients/client-limits.js';
import { type Database } from '../../core/database.js';
import { type Log } from '../../core/log.js';
import { type TradesModuleParts } from '../trades/trades.module.js';
import { BarReader } from './bar-reader.js';
import { BarRecorder } from './bar-recorder.js';
import { BarStreams } from './bar-streams.js';
import { droppedStretch } from './dropped-stretch.js';
import { TradeBarRepository } from './trade-bar.repository.js';
import { type TradeBarsModuleParts } from './trade-bars.module.js';

/** What bars need of the rest of the program. */
export interface TradeBarsNeeds {
  readonly database: Pick<Database, 'writer' | 'reader'>;
  /** Days for which bars are kept. */
  readonly retentionDays: number;
  readonly trades: Pick<TradesModuleParts, 'streams' | 'questions'>;
  /** What one client may have followed; the usual if absent. */
  readonly clients?: ClientLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** Bars of all trades that are followed from now on. To be made before any market is followed. */
export function createTradeBars({
  database,
  retentionDays,
  trades,
  clients,
  clock,
  log,
}: TradeBarsNeeds): TradeBarsModuleParts {
  const repository = new TradeBarRepository(database);
  const recorder = new BarRecorder({ repository, clock, log, writer: randomUUID() });
  trades.streams.hear((heard) => recorder.hear(heard));
  const reader = new BarReader(repository, recorder, (timeframe) =>
    droppedStretch(timeframe, clock.nowMs(), retentionDays),
  );
  const streams = new BarStreams({ reader, trades: trades.streams, ...(clients && { clients }), clock, log });
  return { recorder, reader, streams, questions: trades.questions, clock };
}

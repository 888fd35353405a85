import { type PartitionedTable } from './core/partitioned-table.js';

/** Every table of market data: made ahead in partitions, and dropped after `RETENTION_DAYS`. */
export const MARKET_DATA_TABLES: readonly PartitionedTable[] = [
  { name: 'trade_bar_1m', column: 'bucket', span: 'DAY' },
  { name: 'trade_bar_1h', column: 'bucket', span: 'MONTH' },
  { name: 'trade_gap', column: 'to_time', span: 'MONTH' },
  { name: 'open_interest', column: 'venue_time', span: 'DAY' },
  { name: 'funding', column: 'venue_time', span: 'DAY' },
  { name: 'book_top', column: 'time', span: 'DAY' },
];

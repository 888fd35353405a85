import { type LiquidationQuery } from './liquidation-query.js';
import { SELECT_LIST } from './liquidation.table.js';

/** A stretch of the stream, both ends exclusive where given, and from which end it is read. */
export interface SeqRange {
  readonly afterSeq?: number;
  readonly beforeSeq?: number;
  readonly order: 'ASC' | 'DESC';
  readonly limit: number;
}

/** An SQL statement and its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The statement that reads matching rows in seq order. Values travel as parameters only. With symbols, each is read
 * by its own index and the results are merged: one scan in seq order would pass millions of rows of other symbols
 * before it met fifty of a rare one.
 */
export function selectStatement(query: LiquidationQuery, range: SeqRange): Statement {
  return selectFrom(query, range, SELECT_LIST);
}

/** The same with the key of each row. */
export function keyedStatement(query: LiquidationQuery, range: SeqRange): Statement {
  return selectFrom(query, range, `${SELECT_LIST}, ${ROW_KEY} AS key`);
}

/** The statement that reads the keys of the same rows in the same order, as one list: `keys`, null if there are none. */
export function keysStatement(query: LiquidationQuery, range: SeqRange): Statement {
  const { source, end, values } = readFrom(query, range);
  const page = `SELECT liquidation.seq, ${ROW_KEY} AS key FROM ${source} ${end}`;
  return { text: `SELECT json_agg(key ORDER BY seq ${range.order}) AS keys FROM (${page}) AS page`, values };
}

/**
 * Names a state of a row: its number, the transaction that wrote it, its event. Numbers alone are given anew where a
 * store was put back to an earlier state.
 */
const ROW_KEY = `(liquidation.seq::text || ' ' || liquidation.xmin::text || ' ' || liquidation.event_key)`;

/** The number in such a key. */
export function seqOfKey(key: string): number {
  return Number.parseInt(key, 10);
}

function selectFrom(query: LiquidationQuery, range: SeqRange, columns: string): Statement {
  const { source, end, values } = readFrom(query, range);
  return { text: `SELECT ${columns} FROM ${source} ${end}`, values };
}

interface Reading {
  readonly source: string;
  readonly end: string;
  readonly values: readonly unknown[];
}

function readFrom(query: LiquidationQuery, range: SeqRange): Reading {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    range.afterSeq !== undefined && `seq > ${bind(range.afterSeq)}::bigint`,
    range.beforeSeq !== undefined && `seq < ${bind(range.beforeSeq)}::bigint`,
    query.venues && `venue = ANY (${bind(query.venues)}::text[])`,
    query.liquidatedSide !== undefined && `liquidated_side = ${bind(query.liquidatedSide)}`,
    query.minNotionalUsd !== undefined && `notional_usd >= ${bind(query.minNotionalUsd)}::numeric`,
    query.fromMs !== undefined && `venue_time >= ${bind(timeText(query.fromMs))}::timestamptz`,
    query.toMs !== undefined && `venue_time < ${bind(timeText(query.toMs))}::timestamptz`,
  ].filter((condition) => typeof condition === 'string');
  // Qualified: a bare `seq` would mean the converted output column, which no index is sorted by.
  const end = `ORDER BY liquidation.seq ${range.order} LIMIT ${bind(range.limit)}::bigint`;
  const where = (first: readonly string[]) => {
    const all = [...first, ...conditions];
    return all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  };
  const source = query.symbols
    ? `unnest(${bind([...new Set(query.symbols)])}::text[]) AS wanted (symbol)
       CROSS JOIN LATERAL (
         SELECT *, xmin FROM liquidation ${where(['liquidation.symbol = wanted.symbol'])} ${end}
       ) AS liquidation`
    : `liquidation ${where([])}`;
  return { source, end, values };
}

const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Bounds from callers may lie where Postgres cannot read the text; no row lies there either. */
function timeText(ms: number): string {
  return new Date(Math.min(LATEST_MS, Math.max(EARLIEST_MS, ms))).toISOString();
}

import { type ArchiveDay, type ArchiveSeries } from './archive-kind.js';

/** The values of a statement about a day: its beginning, its end, and whose, null for all. */
export function dayValues({ fromMs, toMs }: ArchiveDay, series?: ArchiveSeries): unknown[] {
  return [
    new Date(fromMs).toISOString(),
    new Date(toMs).toISOString(),
    series?.venue ?? null,
    series?.symbol ?? null,
  ];
}

/** A `timestamptz` in epoch ms: exact, for a double holds whole milliseconds. */
export function ms(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8`;
}

/** A sum over rows that changes when any of them does, in whatever order they are read. */
export function printOf(table: string): string {
  return `coalesce(sum(hashtextextended(${table}::text, 0)), 0)`;
}

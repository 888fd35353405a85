/** A table of market data, cut by time so that what is old is dropped and not deleted. */
export interface PartitionedTable {
  /** Its name in the schema; the default partition is called the same with `_default` behind it. */
  readonly name: string;
  /** The `timestamptz` column that it is cut by. */
  readonly column: string;
  /** How long a partition is, UTC: days for what comes every second or minute, months for what is rare. */
  readonly span: PartitionSpan;
}

/** Length of a partition. */
export type PartitionSpan = 'DAY' | 'MONTH';

/** One partition of a table. */
export interface Partition {
  /** Such as `trade_bar_1m_2026_11_21` or `trade_bar_1h_2026_11`. */
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The partition in which a time lies, epoch ms. */
export function partitionAt({ name, span }: PartitionedTable, timeMs: number): Partition {
  const time = new Date(timeMs);
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()];
  const isDay = span === 'DAY';
  const fromMs = Date.UTC(year, month, isDay ? day : 1);
  const toMs = isDay ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
  const suffix = new Date(fromMs)
    .toISOString()
    .slice(0, isDay ? 10 : 7)
    .replaceAll('-', '_');
  return { name: `${name}_${suffix}`, fromMs, toMs };
}

/** What a name stands for; undefined for one that no partition of this table has. */
export function partitionNamed(table: PartitionedTable, name: string): Partition | undefined {
  const suffix = name.startsWith(`${table.name}_`) ? name.slice(table.name.length + 1) : '';
  const atMs = Date.parse(suffix.replaceAll('_', '-'));
  if (Number.isNaN(atMs)) return undefined;
  const partition = partitionAt(table, atMs);
  return partition.name === name ? partition : undefined;
}

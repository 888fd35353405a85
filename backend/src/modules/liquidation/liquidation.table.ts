import { type Liquidation, parseDecimal, type RecordedLiquidation } from '@orderfox/domain';
import { EntitySchema, EntitySchemaOptions, type EntitySchemaColumnOptions } from 'typeorm';

/** What a row holds: everything there is to know of a recorded liquidation. */
export type StoredLiquidation = Omit<RecordedLiquidation, 'type'>;

/** Column types in use; each has one way to and from the domain's shape. */
type ColumnType = 'bigint' | 'text' | 'numeric' | 'timestamptz';
type Column = EntitySchemaColumnOptions & { readonly name: string; readonly type: ColumnType };

const seqNumber = { from: Number, to: (seq: number) => seq };
const milliseconds = { from: (time: Date) => time.getTime(), to: (ms: number) => new Date(ms) };
const decimal = {
  from: (text: string | null) => (text === null ? undefined : parseDecimal(text)),
  to: (value: string | undefined) => value,
};

/**
 * The columns of `liquidation` by the domain's field. A field that is added to the domain type and not here does not
 * compile; one that is added here and not to a migration fails the schema spec.
 */
export const LIQUIDATION_COLUMNS = {
  seq: { name: 'seq', type: 'bigint', primary: true, transformer: seqNumber },
  eventKey: { name: 'event_key', type: 'text' },
  venue: { name: 'venue', type: 'text' },
  symbol: { name: 'symbol', type: 'text' },
  venueSymbol: { name: 'venue_symbol', type: 'text' },
  baseAsset: { name: 'base_asset', type: 'text' },
  quoteAsset: { name: 'quote_asset', type: 'text' },
  liquidatedSide: { name: 'liquidated_side', type: 'text' },
  side: { name: 'side', type: 'text' },
  quantity: { name: 'quantity', type: 'numeric', transformer: decimal },
  price: { name: 'price', type: 'numeric', transformer: decimal },
  averagePrice: { name: 'average_price', type: 'numeric', nullable: true, transformer: decimal },
  markPrice: { name: 'mark_price', type: 'numeric', nullable: true, transformer: decimal },
  priceUsed: { name: 'price_used', type: 'text' },
  notionalUsd: { name: 'notional_usd', type: 'numeric', transformer: decimal },
  venueTimeMs: { name: 'venue_time', type: 'timestamptz', primary: true, transformer: milliseconds },
  receivedTimeMs: { name: 'received_at', type: 'timestamptz', transformer: milliseconds },
  committedTimeMs: { name: 'committed_at', type: 'timestamptz', transformer: milliseconds },
  raw: { name: 'raw', type: 'text' },
} satisfies Record<keyof StoredLiquidation, Column>;

/** The table for TypeORM: ordinary reads of recorded liquidations. Rows enter through `record_liquidations` only. */
export const LiquidationTable = new EntitySchema<StoredLiquidation>(
  Object.assign(new EntitySchemaOptions<StoredLiquidation>(), {
    name: 'liquidation',
    tableName: 'liquidation',
    columns: LIQUIDATION_COLUMNS,
  }),
);

/** Writing one of these as a row is impossible, and trying again would not help. */
export class UnstorableLiquidationError extends Error {
  readonly code = 'UNSTORABLE_LIQUIDATION';

  constructor(field: string, value: unknown) {
    super(`${field} is ${String(value).slice(0, 80)}, which no column can hold`);
    this.name = 'UnstorableLiquidationError';
  }
}

/** What the database gives when a row is selected through SELECT_LIST: domain types, with null for what is absent. */
export type LiquidationRow = { readonly [K in keyof StoredLiquidation]-?: StoredLiquidation[K] | null };

const FIELDS = Object.entries<Column>(LIQUIDATION_COLUMNS);
const FIELD_NAMES = Object.keys(LIQUIDATION_COLUMNS) as (keyof typeof LIQUIDATION_COLUMNS)[];
const GIVEN = FIELDS.filter(([field]) => field !== 'seq' && field !== 'committedTimeMs');

/** Every column of `liquidation`, as the domain's field and in a type that `pg` reads without loss. */
export const SELECT_LIST = FIELDS.map(
  ([field, { name, type }]) => `${readable(name, type)} AS "${field}"`,
).join(', ');

function readable(name: string, type: ColumnType): string {
  const column = `liquidation.${name}`;
  switch (type) {
    case 'text':
      return column;
    case 'numeric':
      return `trim_scale(${column})`;
    case 'bigint':
      return `${column}::float8`;
    case 'timestamptz':
      // Exact: extract gives numeric, and whole milliseconds fit a double.
      return `(extract(epoch FROM ${column}) * 1000)::float8`;
  }
}

/** A selected row as the domain's event. Pages hold hundreds: the fields are set one by one, without lists between. */
export function fromRow(row: LiquidationRow): RecordedLiquidation {
  const event: Record<string, unknown> = { type: 'liquidation' };
  for (const field of FIELD_NAMES) if (row[field] !== null) event[field] = row[field];
  return event as unknown as RecordedLiquidation;
}

/** Events by columns, in the order in which `record_liquidations` takes them. Throws UnstorableLiquidationError. */
export function toBatch(events: readonly Liquidation[]): (string | null)[][] {
  const rows = events.map(toBatchRow);
  return GIVEN.map(([, { name }]) => rows.map((row) => row[name] ?? null));
}

/** An event as texts by the names of its columns. Throws UnstorableLiquidationError. */
export function toBatchRow(liquidation: Liquidation): Readonly<Record<string, string>> {
  const row: Record<string, string> = {};
  for (const [field, { name, type }] of GIVEN) {
    const value = liquidation[field as keyof Liquidation];
    if (typeof value === 'string') row[name] = value;
    else if (value !== undefined) row[name] = type === 'timestamptz' ? timeText(field, value) : String(value);
  }
  return row;
}

/** ISO text with its zone, so that no session's time zone and no floating-point second comes in between. */
function timeText(field: string, ms: number): string {
  if (!Number.isFinite(new Date(ms).getTime())) throw new UnstorableLiquidationError(field, ms);
  return new Date(ms).toISOString();
}

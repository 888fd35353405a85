import {
  InvalidTimeframeError,
  isDecimal,
  parseDecimal,
  parseTimeframe,
  type DecimalString,
  type Timeframe,
} from '@orderfox/domain';
import { GraphQLScalarType, Kind } from 'graphql';
import { ApiError } from './graphql-errors.js';

function decimalFrom(value: unknown): DecimalString {
  if (typeof value !== 'string' || !isDecimal(value)) {
    throw new ApiError('BAD_USER_INPUT', 'Decimal must be a number in quotes, such as "10000" or "0.5"');
  }
  return parseDecimal(value);
}

/** Exact numbers as text. */
export const DecimalScalar = new GraphQLScalarType<DecimalString, string>({
  name: 'Decimal',
  description:
    'An exact decimal number as a string, such as "138.74": no exponent, no trailing zeros. Add and compare it with a decimal library; a floating-point number would lose digits.',
  serialize: (value) => String(value),
  parseValue: decimalFrom,
  parseLiteral: (node) =>
    decimalFrom(
      node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT
        ? node.value
        : undefined,
    ),
});

function timestampFrom(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || Math.abs(value) > 8.64e15) {
    throw new ApiError(
      'BAD_USER_INPUT',
      'Timestamp must be whole milliseconds since 1970-01-01 UTC, such as 1700000000000',
    );
  }
  return value;
}

/** Instants as epoch milliseconds. */
export const TimestampScalar = new GraphQLScalarType<number, number>({
  name: 'Timestamp',
  description: 'An instant as whole milliseconds since 1970-01-01 UTC, such as 1700000000000.',
  serialize: timestampFrom,
  parseValue: timestampFrom,
  parseLiteral: (node) => timestampFrom(node.kind === Kind.INT ? Number(node.value) : undefined),
});

function cursorFrom(value: unknown): string {
  if (typeof value !== 'string' || value.length > 120)
    throw new ApiError('BAD_USER_INPUT', 'Cursor must be a string that this API handed out');
  return value;
}

/** Opaque positions in a stream. */
export const CursorScalar = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  description:
    'A position in the stream of recorded liquidations. Opaque: keep the one you received last and hand it back as `after` to go on exactly there.',
  serialize: (value) => String(value),
  parseValue: cursorFrom,
  parseLiteral: (node) => cursorFrom(node.kind === Kind.STRING ? node.value : undefined),
});

function timeframeFrom(value: unknown): Timeframe {
  if (typeof value !== 'string') {
    throw new ApiError('BAD_USER_INPUT', 'Timeframe must be a string, such as "1m", "4h" or "1d"');
  }
  try {
    return parseTimeframe(value);
  } catch (error) {
    if (error instanceof InvalidTimeframeError) throw new ApiError('BAD_USER_INPUT', error.message);
    throw error;
  }
}

/** Lengths of buckets. Equal lengths arrive as one text: `60m` is `1h`. */
export const TimeframeScalar = new GraphQLScalarType<Timeframe, string>({
  name: 'Timeframe',
  description:
    'The length of a bucket of time: `1m`, `5m`, `15m`, `30m`, `1h`, `4h`, `1d`, `1w` (weeks from Monday), `1M` (calendar months), or another number of `m`, `h` or `d` up to 366 days, counted from 1970-01-01. Buckets begin at UTC instants.',
  serialize: (value) => String(value),
  parseValue: timeframeFrom,
  parseLiteral: (node) => timeframeFrom(node.kind === Kind.STRING ? node.value : undefined),
});

import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  GRAPHQL_MAX_INT,
  GRAPHQL_MIN_INT,
  isEnumType,
  type GraphQLEnumType,
  type GraphQLLeafType,
} from 'graphql';
import { isPromiseLike, refuse } from './out-of-ordinary.js';

/** Writes a value as JSON. Throws OutOfOrdinary, or what the scalar throws, where execution has to say what comes of it. */
export type WriteLeaf = (value: unknown) => string;

/** How values of a scalar or an enum that are neither null nor undefined are written. */
export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) return enumWriter(type);
  const byItself = serializing(type);
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return (value) => (typeof value === 'string' ? quoted(value) : byItself(value));
    case GraphQLBoolean:
      return (value) => (value === true ? 'true' : value === false ? 'false' : byItself(value));
    case GraphQLInt:
      return (value) => (isInt(value) ? String(value) : byItself(value));
    case GraphQLFloat:
      return (value) => (Number.isFinite(value) ? String(value) : byItself(value));
    default:
      return byItself;
  }
}

function enumWriter(type: GraphQLEnumType): WriteLeaf {
  const texts = new Map<unknown, string>(
    type.getValues().map(({ value, name }) => [value, JSON.stringify(name)]),
  );
  return (value) => texts.get(value) ?? refuse(value);
}

function serializing(type: Exclude<GraphQLLeafType, GraphQLEnumType>): WriteLeaf {
  return (value) => {
    if (typeof value === 'object' && (isPromiseLike(value) || value instanceof Error)) return refuse(value);
    const serialized: unknown = type.serialize(value);
    if (typeof serialized === 'string') return quoted(serialized);
    if (typeof serialized === 'number' && Number.isFinite(serialized)) return String(serialized);
    if (serialized === null || serialized === undefined) return refuse(serialized);
    // For what is no JSON at all the declared type is wrong: it is undefined.
    const text: unknown = JSON.stringify(serialized);
    return typeof text === 'string' ? text : refuse(serialized);
  };
}

function isInt(value: unknown): value is number {
  return (
    Number.isInteger(value) && (value as number) >= GRAPHQL_MIN_INT && (value as number) <= GRAPHQL_MAX_INT
  );
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

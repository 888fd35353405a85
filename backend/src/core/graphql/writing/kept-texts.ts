import { type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { type WriteValue } from './value-writer.js';

/**
 * What is shown of an object of a type is the same, whoever asks, as long as the object lives and this gives the same: a
 * number that only grows. To be had by type.
 */
export type LastingTypes = Readonly<Record<string, () => number>>;

/** Where the schema says it of a type. */
interface LastingExtensions {
  readonly lastsWhile?: () => number;
}

/** Notes in the schema which of its types are lasting. Throws Error for one that it does not have. */
export function markLasting(schema: GraphQLSchema, types: LastingTypes): void {
  for (const [name, lastsWhile] of Object.entries(types)) {
    const type = schema.getType(name);
    if (type === undefined) throw new Error(`There is no type ${name} that could be lasting`);
    type.extensions = { ...type.extensions, lastsWhile };
  }
}

/** What was written of an object for the two selections that were asked for last. */
interface Kept {
  readonly by: WriteValue;
  readonly version: number;
  readonly text: string;
  readonly before: Kept | undefined;
}

/** They go with their objects. */
const TEXTS = new WeakMap<object, Kept>();

/**
 * `write` for objects of a lasting type: what was written of an object is not written again. Of another type it is
 * `write` itself. `isFixed`: whether the writer is there for the next request too.
 */
export function keepingTexts(type: GraphQLObjectType, write: WriteValue, isFixed: () => boolean): WriteValue {
  const { lastsWhile } = type.extensions as LastingExtensions;
  if (lastsWhile === undefined) return write;
  return (value, context) => {
    if (!isFixed() || typeof value !== 'object' || value === null) return write(value, context);
    const version = lastsWhile();
    const kept = TEXTS.get(value);
    for (let one = kept; one !== undefined; one = one.before) {
      if (one.by === write && one.version === version) return one.text;
    }
    const text = flat(write(value, context));
    const before = kept?.version === version ? { ...kept, before: undefined } : undefined;
    TEXTS.set(value, { by: write, version, text, before });
    return text;
  };
}

/** A text that was put together of many holds on to all of them until somebody reads in it. */
function flat(text: string): string {
  return text.charCodeAt(0) === 0 ? '' : text;
}

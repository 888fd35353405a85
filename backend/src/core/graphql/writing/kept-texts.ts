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

/** Where an object carries what was written of it. A map beside the objects would cost the collector more than writing. */
const TEXTS = Symbol('texts');

/** Longer ones are written anew each time: what objects carry is bounded. A whole row with all its fields has about half. */
const MAX_KEPT_LENGTH = 2_048;

interface Kept {
  /** Stands for the selection. Nothing may hang on it: objects live longer than the documents that ask for them. */
  readonly by: object;
  readonly version: number;
  readonly text: string;
}

/** What was written of an object for the two selections that were asked for last. */
class KeptTexts {
  #last: Kept | undefined;
  #before: Kept | undefined;

  get(by: object, version: number): string | undefined {
    const last = this.#last;
    const before = this.#before;
    if (last?.by === by && last.version === version) return last.text;
    return before?.by === by && before.version === version ? before.text : undefined;
  }

  put(kept: Kept): void {
    this.#before = this.#last;
    this.#last = kept;
  }
}

/**
 * The object, which from now on carries what is written of it, unseen by those who list its fields. To be said of objects
 * that are shown again and again and whose number is bounded.
 */
export function carryTexts<T extends object>(object: T): T {
  return TEXTS in object ? object : Object.defineProperty(object, TEXTS, { value: new KeptTexts() });
}

/**
 * `write` for objects of a lasting type: what was written of one that carries it is not written again. Of another type it
 * is `write` itself. `isFixed`: whether the writer is there for the next request too.
 */
export function keepingTexts(type: GraphQLObjectType, write: WriteValue, isFixed: () => boolean): WriteValue {
  const { lastsWhile } = type.extensions as LastingExtensions;
  if (lastsWhile === undefined) return write;
  const by = {};
  return (value, context) => {
    const texts = isFixed() ? (value as { readonly [TEXTS]?: KeptTexts } | null)?.[TEXTS] : undefined;
    if (texts === undefined) return write(value, context);
    const version = lastsWhile();
    const kept = texts.get(by, version);
    if (kept !== undefined) return kept;
    const text = flat(write(value, context));
    if (text.length <= MAX_KEPT_LENGTH) texts.put({ by, version, text });
    return text;
  };
}

/** A text that was put together of many holds on to all of them until somebody reads in it. */
function flat(text: string): string {
  return text.charCodeAt(0) === 0 ? '' : text;
}

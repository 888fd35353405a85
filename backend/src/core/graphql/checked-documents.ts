import {
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { type ApiLimits } from './api-limits.js';
import { budgetSpent } from './budget-spent.js';
import { conditionalRoots } from './conditional-root.js';
import { DocumentCache, type DocumentCacheBounds } from './document-cache.js';
import { readingCost, type Charge } from './reading-cost.js';
import { sizeProblems, tooLarge } from './size-problems.js';

/** A document that may be executed, as far as that does not hang on its variables. */
export interface CheckedDocument {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operations: readonly OperationDefinitionNode[];
  /** The text it was parsed from, the same string for everyone who sends it. */
  readonly source: string;
  readonly bytes: number;
}

/** Far more than the programs of a desk send; a text of the largest size takes about a twentieth of it. */
const BOUNDS: DocumentCacheBounds = { documents: 500, bytes: 8 * 1_024 * 1_024 };
/** Measured: a parsed token with its place in the text takes 400 bytes of heap. */
const BYTES_PER_TOKEN = 400;
const BYTES_PER_CHARACTER = 2;
const MAX_ERRORS = 20;
/** What the parser says, in place of a code, when it stops at its bound. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] \d+ tokens/;

/** Parses, measures and validates each text once, for everyone who sends it and over whichever transport. */
export class CheckedDocuments {
  readonly #cache = new DocumentCache<CheckedDocument>(BOUNDS);

  constructor(private readonly limits: ApiLimits) {}

  /** What is kept and how often it served: for metrics. */
  get cache(): Pick<DocumentCache<CheckedDocument>, 'hits' | 'misses' | 'evicted' | 'size' | 'bytes'> {
    return this.#cache;
  }

  /** Whether a text is kept, so that it costs nothing to read. */
  has(text: string): boolean {
    return this.#cache.has(text);
  }

  /**
   * The document, or all that is wrong with it. Only documents without fault are kept. A text that is not kept is charged
   * for before anything is done with it.
   */
  read(schema: GraphQLSchema, text: string, charge?: Charge): CheckedDocument | readonly GraphQLError[] {
    // Before the cache is asked: the text need not even be hashed.
    const { characters } = this.limits;
    if (text.length > characters) return [tooLarge('characters', characters, text.length)];
    const known = this.#cache.get(text);
    if (known?.schema === schema) return known;
    const waitMs = charge?.(readingCost(text));
    if (waitMs !== undefined) return [budgetSpent(waitMs)];
    const document = this.#parse(text);
    if (document instanceof GraphQLError) return [document];
    const problems = this.#check(schema, document);
    if (problems.length > 0) return problems;
    const checked = {
      schema,
      document,
      operations: document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION),
      source: text,
      bytes: text.length * BYTES_PER_CHARACTER + (document.tokenCount ?? text.length) * BYTES_PER_TOKEN,
    };
    this.#cache.keep(text, checked);
    return checked;
  }

  /** The document, or why it cannot be read. */
  #parse(text: string): DocumentNode | GraphQLError {
    const { tokens, depth } = this.limits;
    try {
      return parse(text, { maxLexicalTokens: tokens });
    } catch (error) {
      // The stack ends before the tokens do where that limit was set very high.
      if (error instanceof RangeError) return tooLarge('depth', depth);
      if (!(error instanceof GraphQLError)) throw error;
      return TOO_MANY_TOKENS.test(error.message) ? tooLarge('tokens', tokens) : error;
    }
  }

  /** All that is wrong with a document. One that is too large is not compared with the schema: that takes longer. */
  #check(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
    const problems = [...sizeProblems(document, this.limits), ...conditionalRoots(document)];
    return problems.length > 0
      ? problems
      : validate(schema, document, specifiedRules, { maxErrors: MAX_ERRORS });
  }
}

/** What one operation may be and may take. The same holds over HTTP and over the socket. */
export interface ApiLimits {
  /** Length of the document in characters (UTF-16 units). */
  readonly characters: number;
  /** Lexical tokens of the document: names, braces, values. */
  readonly tokens: number;
  /** Definitions of fragments in the document. */
  readonly fragments: number;
  /** Fields of all operations and fragments of the document, fragments followed. */
  readonly fields: number;
  /** Fields that one response name may stand for in one place, fragments followed: they are merged into one. */
  readonly repeats: number;
  /** Levels of fields, fragments followed. Introspection is bounded by graphql-js itself and does not count. */
  readonly depth: number;
  /** Aliases, fragments followed. */
  readonly aliases: number;
  /** Fields of the operation itself, fragments followed. */
  readonly rootFields: number;
  /** Directives, fragments followed. */
  readonly directives: number;
  /** Points that its answer may come to: an object is one, a field a tenth, a list as many times that as it has rows. */
  readonly cost: number;
  /** Rows of a page, of whatever kind; the schema allows fewer of most. */
  readonly rows: number;
  /** Entries of a list that is given as an argument. */
  readonly names: number;
  /** How long its answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether `__schema` and `__type` are answered, and misspelt names with the right ones. */
  readonly introspection: boolean;
}

/** What every client gets. The introspection query of GraphiQL fits, and so does the largest query of the page. */
export const API_LIMITS: ApiLimits = {
  characters: 8_192,
  tokens: 1_000,
  fragments: 20,
  fields: 1_000,
  repeats: 10,
  depth: 8,
  aliases: 15,
  rootFields: 10,
  directives: 20,
  cost: 5_000,
  rows: 1_000,
  names: 50,
  timeoutMs: 5_000,
  introspection: true,
};

/** How large one operation may be. The same numbers hold over HTTP and over the socket. */
export interface ApiLimits {
  /** Length of the document in characters. */
  readonly characters: number;
  /** Lexical tokens of the document: names, braces, values. */
  readonly tokens: number;
  /** Levels of fields, fragments followed. Introspection is bounded by graphql-js itself and does not count. */
  readonly depth: number;
  /** Aliases, fragments followed. */
  readonly aliases: number;
  /** Fields of the operation itself, fragments followed. */
  readonly rootFields: number;
  /** Directives, fragments followed. */
  readonly directives: number;
}

/** What every client gets. The introspection query of GraphiQL fits, and so does the largest query of the page. */
export const API_LIMITS: ApiLimits = {
  characters: 8_192,
  tokens: 1_000,
  depth: 8,
  aliases: 15,
  rootFields: 10,
  directives: 20,
};

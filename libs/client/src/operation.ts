/** Carries the types of an operation's result and variables; nothing of it exists at run time. */
export interface DocumentTypeDecoration<TResult, TVariables> {
  /** Never called. Its type ties the text of the document to what the server answers. */
  __apiType?: (variables: TVariables) => TResult;
}

/**
 * A GraphQL document with the types of its result and variables: what code generators write, be it text
 * (`TypedDocumentString`) or a syntax tree (`TypedDocumentNode`).
 */
export interface Operation<TResult, TVariables> extends DocumentTypeDecoration<TResult, TVariables> {
  /** The text; of a syntax tree it is made by this library. */
  toString(): string;
}

/** Variables of a document that was written as plain text, of which nothing is known. */
export type Variables = Readonly<Record<string, unknown>>;

/** Variables, and what may follow them, as arguments: left out where the operation has none to give. */
export type VariablesArgument<TVariables, TOptions = never> =
  Record<string, never> extends TVariables
    ? [variables?: TVariables, options?: TOptions]
    : [variables: TVariables, options?: TOptions];

/** Carries the types of an operation's result and variables; nothing of it exists at run time. */
export interface DocumentTypeDecoration<TResult, TVariables> {
  /** Never called. Its type ties the text of the document to what the server answers. */
  __apiType?: (variables: TVariables) => TResult;
}

/** A GraphQL document as text, with the types of its result and variables: what the code generator writes. */
export interface Operation<TResult, TVariables> extends DocumentTypeDecoration<TResult, TVariables> {
  toString(): string;
}

/** The variables of an operation as arguments: left out where the operation has none to give. */
export type VariablesArgument<TVariables> =
  Record<string, never> extends TVariables ? [variables?: TVariables] : [variables: TVariables];

import { type ExecutionResult } from 'graphql';

/** Another form than GraphQL's own in which the results of a subscription are written, once for all who want the same. */
export interface ResultForm {
  /** Of all forms that write the same selection differently each has another; no line break in it. */
  readonly name: string;
  /** One result as the text of a message. Nothing of it may depend on the subscriber. */
  write(result: ExecutionResult): string;
}

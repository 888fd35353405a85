import {
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ParseOptions,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { ApiError } from '../graphql-errors.js';
import { type ApiLimits } from './api-limits.js';
import { SelectionMeter } from './selection-size.js';

/**
 * What an operation must satisfy before it is executed. There is one of these in the process, and both transports obey
 * it: Apollo is given `parseOptions` and `rules`, the socket server calls `parse` and `check`.
 */
export class ApiPolicy {
  /** Bounds that the parser keeps while it reads. */
  readonly parseOptions: ParseOptions;
  /** Rules besides those of the GraphQL specification. */
  readonly rules: readonly ValidationRule[];

  constructor(readonly limits: ApiLimits) {
    this.parseOptions = { maxLexicalTokens: limits.tokens, maxSourceLength: limits.characters };
    this.rules = [(context) => this.#sizeRule(context)];
  }

  /** Throws GraphQLError for what is no GraphQL or too long. */
  parse(query: string): DocumentNode {
    return parse(query, this.parseOptions);
  }

  /** Everything that is wrong with a document; empty when it may be executed. */
  check(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
    return validate(schema, document, [...specifiedRules, ...this.rules], { maxErrors: 20 });
  }

  #sizeRule(context: ValidationContext) {
    const meter = new SelectionMeter((name) => context.getFragment(name));
    return {
      OperationDefinition: (operation: OperationDefinitionNode) => {
        const size = meter.measure(operation.selectionSet);
        const { depth, aliases, rootFields, directives } = this.limits;
        const measured = [
          { limit: 'depth', found: size.depth, allowed: depth },
          { limit: 'aliases', found: size.aliases, allowed: aliases },
          { limit: 'rootFields', found: size.fields, allowed: rootFields },
          { limit: 'directives', found: size.directives, allowed: directives },
        ];
        for (const { limit, found, allowed } of measured) {
          if (found <= allowed) continue;
          context.reportError(
            new ApiError(
              'QUERY_TOO_COMPLEX',
              `The operation has ${limit} ${found}; at most ${allowed} is allowed`,
              {
                limit,
                found,
                allowed,
              },
            ),
          );
        }
        return false;
      },
    };
  }
}

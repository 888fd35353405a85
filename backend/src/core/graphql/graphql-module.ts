import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { UNKNOWN_CLIENT } from '../clients/client-key.js';
import { type Log } from '../log.js';
import { answerOperations, type AnswerParts } from './answer-operations.js';
import { OperationLife } from './operation-life.js';
import { refuseSubscriptions } from './refuse-subscriptions.js';
import { answerText } from './writing/written-data.js';

/** Where GraphQL is, over HTTP and over the socket. */
export const GRAPHQL_PATH = '/graphql';

/** What GraphQL over HTTP is made with. */
export interface GraphqlModuleParts extends AnswerParts {
  readonly log: Log;
  /** The client that a request comes from; without it nobody is known. */
  readonly clientOf?: (request: FastifyRequest) => string;
}

/**
 * GraphQL over HTTP. The schema is made from the classes of all modules; subscriptions are not the framework's, whose
 * socket server has no limits, and the playground is not its either, because that one loads scripts from elsewhere.
 */
export function graphqlModule({ log, clientOf, ...parts }: GraphqlModuleParts): DynamicModule {
  return GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    path: GRAPHQL_PATH,
    // The framework adds the request to it.
    context: (request: FastifyRequest, reply: FastifyReply) => {
      const life = new OperationLife(clientOf?.(request) ?? UNKNOWN_CLIENT);
      reply.raw.once('close', () => life.end());
      return { life };
    },
    logger: {
      debug: (message) => log.debug({}, String(message)),
      info: (message) => log.debug({}, String(message)),
      warn: (message) => log.warn({}, String(message)),
      error: (message) => log.error({}, String(message)),
    },
    autoSchemaFile: true,
    sortSchema: true,
    graphiql: false,
    // Decided by the policy, for both transports.
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    autoTransformHttpErrors: false,
    // The policy keeps documents, for both transports.
    documentStore: null,
    plugins: [refuseSubscriptions, answerOperations(parts)],
    stringifyResult: answerText,
    formatError: (_formatted, error) => parts.errors.format(error),
  });
}

import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { type Log } from '../log.js';
import { type ApiPolicy } from './api-policy.js';
import { type ErrorFormatter } from './error-formatter.js';
import { refuseSubscriptions } from './refuse-subscriptions.js';

/** Where GraphQL is, over HTTP and over the socket. */
export const GRAPHQL_PATH = '/graphql';

/**
 * GraphQL over HTTP. The schema is made from the classes of all modules; subscriptions are not the framework's, whose
 * socket server has no limits, and the playground is not its either, because that one loads scripts from elsewhere.
 */
export function graphqlModule(policy: ApiPolicy, errors: ErrorFormatter, log: Log): DynamicModule {
  return GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    path: GRAPHQL_PATH,
    logger: {
      debug: (message) => log.debug({}, String(message)),
      info: (message) => log.debug({}, String(message)),
      warn: (message) => log.warn({}, String(message)),
      error: (message) => log.error({}, String(message)),
    },
    autoSchemaFile: true,
    sortSchema: true,
    graphiql: false,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    autoTransformHttpErrors: false,
    plugins: [refuseSubscriptions],
    validationRules: [...policy.rules],
    parseOptions: policy.parseOptions,
    formatError: (_formatted, error) => errors.format(error),
  });
}

import { Module, type DynamicModule } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type Clock } from '@orderfox/feed';
import { type ClientLedger } from '../../core/clients/client-ledger.js';
import { type ApiPolicy } from '../../core/graphql/api-policy.js';
import { type ErrorFormatter } from '../../core/graphql/error-formatter.js';
import { type Metrics } from '../../core/http/metrics.js';
import { AnswerStore } from '../../core/http/response-cache/answer-store.js';
import { type DataVersions } from '../../core/http/response-cache/data-versions.js';
import { QueryPlans } from '../../core/http/response-cache/query-plans.js';
import { ResponseCache } from '../../core/http/response-cache/response-cache.js';
import { API_LIMITS } from '../../core/graphql/api-limits.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { CompatAnswers } from './compat-answers.js';
import { CompatErrors } from './compat-errors.js';
import { CompatReply } from './compat-reply.js';
import { CompatController } from './compat.controller.js';
import { MarketNames } from './market-names.js';
import { MarketController } from './market.controller.js';
import { OperationRunner } from './operation-runner.js';
import { registerCompatMetrics } from './register-compat-metrics.js';

/** What the module answers with: all of it is that of GraphQL. */
export interface CompatModuleParts {
  readonly policy: ApiPolicy;
  readonly errors: ErrorFormatter;
  readonly ledger: ClientLedger;
  readonly versions: DataVersions;
  readonly catalog: SymbolCatalog;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** The GraphQL module, whose schema is asked. */
  readonly graphql: DynamicModule;
}

/** What an answer from memory costs, here and in GraphQL. */
const CACHED_ANSWER_POINTS = 1;

/** Room for answers that are kept: the list of symbols and some dozens of charts. */
const KEPT = { bytes: 4 * 1_024 * 1_024, entries: 500 };

/** The REST addresses of earlier terminals, as a thin layer over the GraphQL schema. */
@Module({})
export class CompatModule {
  static with({ graphql, errors, catalog, ...parts }: CompatModuleParts): DynamicModule {
    return {
      module: CompatModule,
      imports: [graphql],
      controllers: [CompatController, MarketController],
      providers: [
        {
          provide: CompatReply,
          inject: [GraphQLSchemaHost],
          useFactory: (host: GraphQLSchemaHost) =>
            new CompatReply(answers(host, parts), new CompatErrors(errors)),
        },
        { provide: MarketNames, useValue: new MarketNames(catalog) },
      ],
    };
  }
}

type AnswerParts = Omit<CompatModuleParts, 'graphql' | 'errors' | 'catalog'>;

/** Made before there is a schema, which is only asked for with the first request. */
function answers(
  host: GraphQLSchemaHost,
  { policy, ledger, versions, clock, metrics }: AnswerParts,
): CompatAnswers {
  // The texts are our own: what clients may send does not bound them.
  const plans = new QueryPlans(() => host.schema, versions, API_LIMITS);
  const cache = new ResponseCache(plans, new AnswerStore(KEPT));
  registerCompatMetrics(metrics, cache);
  const spend = (client: string, points: number) => ledger.spend(client, points);
  return new CompatAnswers({
    runner: new OperationRunner({ schemaOf: () => host.schema, limits: policy.limits, spend, clock }),
    cache,
    clientOf: (request) => ledger.clientOf(request),
    charge: (client) => spend(client, CACHED_ANSWER_POINTS),
  });
}

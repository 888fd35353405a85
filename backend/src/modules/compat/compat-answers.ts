import { createHash } from 'node:crypto';
import { type Arrival } from '../../core/clients/proxy-trust.js';
import { budgetSpent } from '../../core/graphql/budget-spent.js';
import { type CachedAnswer } from '../../core/http/response-cache/cached-answer.js';
import { type ResponseCache } from '../../core/http/response-cache/response-cache.js';
import { type FixedOperation, type Variables } from './fixed-operation.js';
import { type OperationRunner } from './operation-runner.js';

/** What one address of the compatible API answers: a query, and how its data is written down. */
export interface CompatQuestion {
  readonly operation: FixedOperation;
  readonly variables: Variables;
  /** Must hang on nothing but the operation, the variables and the data. */
  write(data: Variables): unknown;
}

/** What answers are made with. */
export interface CompatAnswerParts {
  readonly runner: Pick<OperationRunner, 'read'>;
  readonly cache: ResponseCache;
  /** The client that a request comes from. */
  readonly clientOf: (request: Arrival) => string;
  /** Charges a client for an answer that costs no execution, like GraphQL; undefined: it may have it. */
  readonly charge: (client: string) => number | undefined;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers queries in the words of earlier terminals: from memory as long as nothing has changed, like GraphQL itself. */
export class CompatAnswers {
  constructor(private readonly parts: CompatAnswerParts) {}

  /** Rejects with what the query came to: GraphQLError, ApiError. */
  async answer(request: Arrival, question: CompatQuestion): Promise<CachedAnswer> {
    const { operation, variables } = question;
    const client = this.parts.clientOf(request);
    const lookup = await this.parts.cache.find({ query: operation.text, variables, accept: JSON_TYPE });
    if (lookup.kind === 'answer') {
      const waitMs = this.parts.charge(client);
      if (waitMs !== undefined) throw budgetSpent(waitMs);
      return lookup.answer;
    }
    let made: CachedAnswer | undefined;
    try {
      made = toAnswer(question.write(await this.parts.runner.read(client, operation, variables)));
      return made;
    } finally {
      // Whoever waits for this one is let go, whatever came of it.
      if (lookup.kind === 'lead') lookup.flight.finish(made);
    }
  }
}

function toAnswer(body: unknown): CachedAnswer {
  const bytes = Buffer.from(JSON.stringify(body));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  return { status: 200, contentType: JSON_TYPE, bytes, etag };
}

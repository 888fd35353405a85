import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type ErrorFormatter } from '../graphql/error-formatter.js';
import { ApiError } from '../graphql-errors.js';

/** Sentences for statuses that Fastify decides itself, before any of our code runs. */
const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  404: 'There is nothing at this address',
  405: 'This address does not take this method',
  413: 'The request is too large',
  415: 'The body must be JSON',
  503: 'The server is stopping',
};

/**
 * The last word on HTTP errors outside GraphQL: a status and a sentence, nothing of what went wrong inside. Under the
 * GraphQL path the answer has the shape that GraphQL clients read.
 */
@Catch()
export class HttpErrors implements ExceptionFilter {
  constructor(
    private readonly errors: ErrorFormatter,
    private readonly graphqlPath: string,
  ) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    // Resolvers' errors go on their way: they are formatted where GraphQL hands them out.
    if (host.getType<string>() === 'graphql') throw error;
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const path = http.getRequest<FastifyRequest>().url.split('?', 1)[0];
    const status = statusOf(error);
    const known = SENTENCES[status] ?? 'The request was refused';
    if (status < 500 || status === 503) {
      const problem = new ApiError(status === 503 ? 'UNAVAILABLE' : 'BAD_USER_INPUT', known);
      const body =
        path === this.graphqlPath ? { errors: [this.errors.format(problem)] } : { status, message: known };
      return reply.status(status).send(body);
    }
    const formatted = this.errors.format(error);
    const body =
      path === this.graphqlPath
        ? { errors: [formatted] }
        : { status: 503, message: formatted.message, reference: formatted.extensions?.reference };
    return reply.status(503).send(body);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isKnown } from '../../core/http/response-cache/cached-answer.js';
import { type CompatAnswers, type CompatQuestion } from './compat-answers.js';
import { type CompatErrors } from './compat-errors.js';

/** Writes answers and errors in the words of earlier terminals. */
export class CompatReply {
  constructor(
    private readonly answers: CompatAnswers,
    private readonly errors: CompatErrors,
  ) {}

  /** Answers what `ask` makes of the address; what it throws is answered too. */
  async send(request: FastifyRequest, reply: FastifyReply, ask: () => CompatQuestion): Promise<void> {
    try {
      const { contentType, bytes, etag = '' } = await this.answers.answer(request.raw, ask());
      void reply.header('etag', etag).header('cache-control', 'no-cache');
      if (isKnown(request.headers['if-none-match'], etag)) await reply.status(304).send();
      else await reply.header('content-type', contentType).send(bytes);
    } catch (error) {
      const { status, retryAfterSeconds, body } = this.errors.answer(error);
      if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
      await reply.status(status).header('cache-control', 'no-store').send(body);
    }
  }
}

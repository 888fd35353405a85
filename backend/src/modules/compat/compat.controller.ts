import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isKnown } from '../../core/http/response-cache/cached-answer.js';
import { CompatAnswers, type CompatQuestion } from './compat-answers.js';
import { CompatErrors } from './compat-errors.js';
import { readRange, readTimeframe } from './compat-request.js';
import { MarketNames } from './market-names.js';
import { symbolList } from './symbol-list.js';
import { volumeRows } from './volume-rows.js';

/** The addresses that programs written for earlier terminals ask; see docs/compatibility.md. */
@Controller('api/v1')
export class CompatController {
  constructor(
    private readonly answers: CompatAnswers,
    private readonly errors: CompatErrors,
    private readonly names: MarketNames,
  ) {}

  @Get('symbols')
  symbols(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(request, reply, () => symbolList);
  }

  @Get('liquidation-volume/:symbol/:timeframe')
  volume(
    @Param() { symbol = '', timeframe }: { readonly symbol?: string; readonly timeframe?: string },
    @Query() { start, end }: { readonly start?: unknown; readonly end?: unknown },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(request, reply, () =>
      volumeRows({ symbol, timeframe: readTimeframe(timeframe), ...readRange(start, end) }, (name) =>
        this.names.canonical(name),
      ),
    );
  }

  async #answer(request: FastifyRequest, reply: FastifyReply, ask: () => CompatQuestion): Promise<void> {
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

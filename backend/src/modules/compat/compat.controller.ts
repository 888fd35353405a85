import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CompatReply } from './compat-reply.js';
import { readRange, readTimeframe } from './compat-request.js';
import { MarketNames } from './market-names.js';
import { symbolList } from './symbol-list.js';
import { volumeRows } from './volume-rows.js';

/** The addresses that programs written for earlier terminals ask; see docs/compatibility.md. */
@Controller('api/v1')
export class CompatController {
  constructor(
    private readonly reply: CompatReply,
    private readonly names: MarketNames,
  ) {}

  @Get('symbols')
  symbols(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reply.send(request, reply, () => symbolList);
  }

  @Get('liquidation-volume/:symbol/:timeframe')
  volume(
    @Param() { symbol = '', timeframe }: { readonly symbol?: string; readonly timeframe?: string },
    @Query() { start, end }: { readonly start?: unknown; readonly end?: unknown },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.reply.send(request, reply, () =>
      volumeRows({ symbol, timeframe: readTimeframe(timeframe), ...readRange(start, end) }, (name) =>
        this.names.canonical(name),
      ),
    );
  }
}

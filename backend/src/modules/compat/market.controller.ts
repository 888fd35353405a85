import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CompatReply } from './compat-reply.js';
import { readHours, readName } from './compat-request.js';
import { MarketNames } from './market-names.js';
import { openInterestRows } from './open-interest-rows.js';

/** The addresses of market data that programs written for earlier terminals ask; see docs/compatibility.md. */
@Controller('api/market')
export class MarketController {
  constructor(
    private readonly reply: CompatReply,
    private readonly names: MarketNames,
  ) {}

  @Get('oi_history')
  openInterest(
    @Query() { hours, symbol, venue }: Readonly<Record<'hours' | 'symbol' | 'venue', unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.reply.send(request, reply, () => {
      const wanted = {
        symbol: readName('symbol', symbol),
        hours: readHours(hours),
        venue: readName('venue', venue),
      };
      return openInterestRows(wanted, (name) => this.names.canonical(name));
    });
  }
}

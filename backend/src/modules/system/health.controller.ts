import { Controller, Get, Header, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { HealthCheck } from './health.js';

/** Health for people, load balancers and supervisors. Never cached. */
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthCheck) {}

  /** Everything: 200 if requests can be answered, else 503. */
  @Get()
  async overall(@Res() reply: FastifyReply): Promise<void> {
    const health = await this.health.check();
    await reply
      .status(health.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(health);
  }

  /** The same, under the name that supervisors ask for before they send anyone. */
  @Get('ready')
  ready(@Res() reply: FastifyReply): Promise<void> {
    return this.overall(reply);
  }

  /** 200 as long as the process can answer at all; a restart would not mend anything else. */
  @Get('live')
  @Header('cache-control', 'no-store')
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }
}

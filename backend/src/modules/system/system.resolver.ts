import { Inject } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { type SystemPorts } from './system-state.js';
import { SystemType } from './system.type.js';
import { SYSTEM_PORTS } from './system-ports.token.js';

type SystemView = Readonly<SystemType>;

/** The query on the server itself. */
@Resolver(() => SystemType)
export class SystemResolver {
  constructor(@Inject(SYSTEM_PORTS) private readonly ports: SystemPorts) {}

  @Query(() => SystemType, {
    description:
      'The server itself. Example: `{ system { version simulated startedAt now recorder lastCursor } }`',
  })
  async system(): Promise<SystemView> {
    const { release, nowMs, recorder, lastCursor } = this.ports;
    const redis = this.ports.redis?.();
    return {
      version: release.version,
      simulated: release.simulated,
      startedAt: release.startedAtMs,
      now: nowMs(),
      recorder: recorder(),
      redis: redis === undefined ? null : { state: redis.state, reason: redis.reason, since: redis.sinceMs },
      lastCursor: await lastCursor(),
    };
  }
}

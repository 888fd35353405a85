import { Module, type DynamicModule } from '@nestjs/common';
import { Metrics } from '../../core/http/metrics.js';
import { HealthController } from './health.controller.js';
import { HealthCheck } from './health.js';
import { MetricsController } from './metrics.controller.js';
import { SchemaController } from './schema.controller.js';
import { SYSTEM_PORTS } from './system-ports.token.js';
import { type SystemPorts } from './system-state.js';
import { SystemResolver } from './system.resolver.js';

/** What the module tells about. */
export interface SystemModuleParts {
  readonly ports: SystemPorts;
  readonly health: HealthCheck;
  readonly metrics: Metrics;
  /** The GraphQL module, whose schema is served as text. */
  readonly graphql: DynamicModule;
}

/** The server itself: the query `system`, health, metrics, and the schema as text. */
@Module({})
export class SystemModule {
  static with({ ports, health, metrics, graphql }: SystemModuleParts): DynamicModule {
    return {
      module: SystemModule,
      imports: [graphql],
      controllers: [HealthController, MetricsController, SchemaController],
      providers: [
        { provide: SYSTEM_PORTS, useValue: ports },
        { provide: HealthCheck, useValue: health },
        { provide: Metrics, useValue: metrics },
        SystemResolver,
      ],
    };
  }
}

import { type LoggerService } from '@nestjs/common';
import { type Log } from './log.js';

/** Lets Nest write to the process's log. Its many lines about what it has set up are for debugging. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Log) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context: nameOf(context) }, String(message));
  }

  debug(message: unknown, context?: unknown): void {
    this.log(message, context);
  }

  verbose(message: unknown, context?: unknown): void {
    this.log(message, context);
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context: nameOf(context) }, String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    const err = message instanceof Error ? message : details.find((detail) => detail instanceof Error);
    this.logger.error({ err, context: nameOf(details.at(-1)) }, String(message));
  }
}

function nameOf(context: unknown): string | undefined {
  return typeof context === 'string' && context.length <= 80 ? context : undefined;
}

import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { ApiError } from '../graphql-errors.js';

/** How much one argument may ask for, if that is less than the schema allows. */
export interface InputLimits {
  /** Rows of a page. */
  readonly rows: number;
  /** Entries of a list, such as the symbols of a filter. */
  readonly names: number;
}

const ROW_ARGUMENTS: ReadonlySet<string> = new Set(['first', 'limit']);

/**
 * Checks arguments by their class-validator rules, which are those of the schema, and by the limits of this server. A
 * broken rule is BAD_USER_INPUT and names the argument.
 */
export function inputValidation(limits: InputLimits): ValidationPipe {
  return new LimitedValidation(limits);
}

class LimitedValidation extends ValidationPipe {
  constructor(private readonly limits: InputLimits) {
    super({
      forbidUnknownValues: false,
      stopAtFirstError: true,
      exceptionFactory: (errors) => {
        const { argument, message } = firstProblem(errors, '');
        return new ApiError('BAD_USER_INPUT', `${argument}: ${message}`, { argument });
      },
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const read: unknown = await super.transform(value, metadata);
    refuseTooMany(read, '', this.limits);
    return read;
  }
}

function refuseTooMany(value: unknown, prefix: string, limits: InputLimits): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    const argument = prefix === '' ? name : `${prefix}.${name}`;
    if (ROW_ARGUMENTS.has(name) && typeof inner === 'number' && inner > limits.rows)
      throw tooMany(argument, limits.rows);
    if (!Array.isArray(inner)) refuseTooMany(inner, argument, limits);
    else if (inner.length > limits.names) throw tooMany(argument, limits.names);
  }
}

function tooMany(argument: string, allowed: number): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: at most ${allowed} on this server`, { argument });
}

function firstProblem(
  errors: readonly ValidationError[],
  prefix: string,
): { readonly argument: string; readonly message: string } {
  const [error] = errors;
  if (error === undefined) return { argument: prefix, message: 'not allowed' };
  const argument = prefix === '' ? error.property : `${prefix}.${error.property}`;
  const [message] = Object.values(error.constraints ?? {});
  return message === undefined ? firstProblem(error.children ?? [], argument) : { argument, message };
}

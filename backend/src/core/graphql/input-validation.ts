import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { ApiError } from '../graphql-errors.js';

/** Checks arguments by their class-validator rules. A broken rule is BAD_USER_INPUT and names the argument. */
export function inputValidation(): ValidationPipe {
  return new ValidationPipe({
    forbidUnknownValues: false,
    stopAtFirstError: true,
    exceptionFactory: (errors) => {
      const { argument, message } = firstProblem(errors, '');
      return new ApiError('BAD_USER_INPUT', `${argument}: ${message}`, { argument });
    },
  });
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

import { describe, expect, test } from '@jest/globals';
import {
  ApiError,
  apiErrorFrom,
  asError,
  ConnectionRefusedError,
  isPassing,
  NetworkError,
} from './errors.js';

describe('apiErrorFrom', () => {
  test('takes code, message and what stands beside the code from the first error', () => {
    const error = apiErrorFrom([
      { message: 'Too much', extensions: { code: 'RATE_LIMITED', retryAfterMs: 5 } },
    ]);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', message: 'Too much', details: { retryAfterMs: 5 } });
  });

  test.each([
    [[]],
    [[null]],
    [['text']],
    [[{ message: 7, extensions: 'x' }]],
    [[{ extensions: { code: 1 } }]],
  ])('makes an error of code UNKNOWN from %j', (errors) => {
    expect(apiErrorFrom(errors)).toMatchObject({ code: 'UNKNOWN', name: 'ApiError' });
  });
});

describe('isPassing', () => {
  test.each([
    [new NetworkError('unreachable'), true],
    [new ApiError('SLOW_CONSUMER', ''), true],
    [new ApiError('UNAVAILABLE', ''), true],
    [new ApiError('CURSOR_EXPIRED', ''), false],
    [new ApiError('BAD_USER_INPUT', ''), false],
    [new ConnectionRefusedError(4400, ''), false],
    [asError('text'), false],
  ])('of %s is %s', (error, passing) => {
    expect(isPassing(error)).toBe(passing);
  });
});

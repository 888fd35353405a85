import { describe, expect, test } from '@jest/globals';
import { ApiError, NetworkError } from './errors.js';
import { persistently } from './persistently.js';

/** Fails with these, then answers. */
function failing(...errors: Error[]) {
  return () => {
    const error = errors.shift();
    return error === undefined ? Promise.resolve('answer') : Promise.reject(error);
  };
}

function recorded(value = 0.5) {
  const waits: number[] = [];
  const timers = {
    nowMs: () => 0,
    after: (delayMs: number, task: () => void) => {
      waits.push(delayMs);
      queueMicrotask(task);
      return () => undefined;
    },
  };
  return { waits, options: { timers, random: () => value } };
}

describe('persistently', () => {
  test('waits below a ceiling that doubles, on top of what the server asked for', async () => {
    const { waits, options } = recorded();
    const busy = new ApiError('RATE_LIMITED', '', { retryAfterMs: 4_000 });
    const proxy = new NetworkError('', 503, undefined, 2_000);
    await expect(
      persistently(failing(new NetworkError(''), busy, proxy, new ApiError('UNAVAILABLE', '')), options),
    ).resolves.toBe('answer');
    expect(waits).toEqual([500, 5_000, 4_000, 4_000]);
  });

  test('waits no longer than it may', async () => {
    const { waits, options } = recorded();
    const errors = Array.from({ length: 4 }, () => new NetworkError(''));
    await persistently(failing(...errors), { ...options, longestMs: 3_000 });
    expect(waits).toEqual([500, 1_000, 1_500, 1_500]);
  });

  test('believes no wish to be left alone for longer than ten minutes', async () => {
    const { waits, options } = recorded(0);
    await persistently(failing(new ApiError('RATE_LIMITED', '', { retryAfterMs: 1e12 })), options);
    expect(waits).toEqual([600_000]);
  });

  test('tells every failure and throws the one that waiting does not cure', async () => {
    const told: string[] = [];
    const { options } = recorded();
    const asking = persistently(failing(new NetworkError('away'), new ApiError('BAD_USER_INPUT', 'wrong')), {
      ...options,
      onRetry: ({ message }) => told.push(message),
    });
    await expect(asking).rejects.toThrow('wrong');
    expect(told).toEqual(['away']);
  });

  test('does not begin to wait when its signal is given while it tells a failure', async () => {
    const leave = new AbortController();
    const { waits, options } = recorded();
    const asking = persistently(failing(new NetworkError('away')), {
      ...options,
      signal: leave.signal,
      onRetry: () => leave.abort(new Error('enough')),
    });
    await expect(asking).rejects.toThrow('enough');
    expect(waits).toEqual([]);
  });

  test('ends a wait when its signal is given', async () => {
    const leave = new AbortController();
    let cancelled = false;
    const timers = { nowMs: () => 0, after: () => () => (cancelled = true) };
    const asking = persistently(failing(new NetworkError('away')), {
      timers,
      signal: leave.signal,
      onRetry: () => setImmediate(() => leave.abort(new Error('enough'))),
    });
    await expect(asking).rejects.toThrow('enough');
    expect(cancelled).toBe(true);
  });
});

import { describe, expect, test } from '@jest/globals';
import { SimpleError } from 'redis';
import { failureOf } from './redis-failure.js';

describe('failureOf', () => {
  test.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'FULL'],
    [
      "ERR Error running script: @user_script: 7: -OOM command not allowed when used memory > 'maxmemory'.",
      'FULL',
    ],
    ["READONLY You can't write against a read only replica.", 'READ_ONLY'],
    [
      'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.',
      'READ_ONLY',
    ],
    ['NOREPLICAS Not enough good replicas to write.', 'READ_ONLY'],
    ['LOADING Redis is loading the dataset in memory', 'UNREACHABLE'],
    ['NOAUTH Authentication required.', 'REFUSED'],
    ["NOPERM this user has no permissions to run the 'eval' command", 'REFUSED'],
    ['MOVED 3999 127.0.0.1:6381', 'REFUSED'],
  ])('%s means %s', (message, state) => {
    expect(failureOf(new SimpleError(message)).state).toBe(state);
  });

  test('what is no answer of Redis is that it cannot be reached', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' });
    expect(failureOf(refused)).toEqual({
      state: 'UNREACHABLE',
      reason: 'Redis cannot be reached: connect ECONNREFUSED 127.0.0.1:6379',
    });
  });

  test('repeats no argument of a command, which may be the password, and not without end', () => {
    const unknown = new SimpleError(
      "ERR unknown command 'AUTH', with args beginning with: 'me' 'Sw0rdf1sh' ",
    );
    expect(failureOf(unknown)).toEqual({
      state: 'REFUSED',
      reason: "Redis says: ERR unknown command 'AUTH'",
    });
    expect(failureOf(new SimpleError(`ERR ${'x'.repeat(1_000)}`)).reason.length).toBeLessThan(250);
  });
});

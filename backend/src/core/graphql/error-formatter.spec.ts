import { describe, expect, jest, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql';
import { ApiError, ERROR_CODES } from '../graphql-errors.js';
import { ErrorFormatter } from './error-formatter.js';
import { TroubleLog } from './trouble-log.js';

function make() {
  const clock = new FakeClock();
  const log = { error: jest.fn(), warn: jest.fn() };
  let references = 0;
  const formatter = new ErrorFormatter(new TroubleLog(log, clock, () => `ref-${++references}`));
  return { clock, log, formatter };
}

const pgError = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('ErrorFormatter', () => {
  test('passes an ApiError on with its code and details, also from inside another error', () => {
    const { formatter } = make();
    const inner = new ApiError('UNKNOWN_SYMBOL', 'Invalid symbol: X', { suggestions: ['XRPUSDT'] });
    const located = new GraphQLError('Invalid symbol: X', { originalError: inner, path: ['liquidations'] });
    expect(formatter.format(located)).toEqual({
      message: 'Invalid symbol: X',
      path: ['liquidations'],
      extensions: { code: 'UNKNOWN_SYMBOL', suggestions: ['XRPUSDT'] },
    });
  });

  test('calls what graphql-js refuses a mistake of the client', () => {
    const { formatter, log } = make();
    const schema = buildSchema('type Query { a(n: Int): Int }');
    const [error] = validate(schema, parse('{ b }'));
    expect(formatter.format(error).extensions).toEqual({ code: 'BAD_USER_INPUT' });
    const result = execute({
      schema,
      document: parse('query ($n: Int) { a(n: $n) }'),
      variableValues: { n: 'seven' },
    });
    const [coercion] = 'errors' in result ? (result.errors ?? []) : [];
    expect(formatter.format(coercion)).toMatchObject({
      message: expect.stringContaining('"$n"') as unknown,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(log.error).not.toHaveBeenCalled();
  });

  test('tells nothing of an unexpected error but a reference, under which the log has it once a minute', () => {
    const { formatter, log, clock } = make();
    const failing = () =>
      new GraphQLError('x', { originalError: new Error('SELECT secret FROM /srv/orderfox at 10.0.0.7') });
    const errors = [1, 2, 3].map(failing);
    for (const error of errors) {
      expect(formatter.format(error)).toEqual({
        message: expect.not.stringMatching(/SELECT|srv|10\.0/) as unknown,
        extensions: { code: 'UNAVAILABLE', reference: 'ref-1' },
      });
    }
    expect(log.error).toHaveBeenCalledTimes(1);
    clock.advance(60_000);
    formatter.format(failing());
    expect(log.error).toHaveBeenCalledTimes(2);
    expect(log.error).toHaveBeenLastCalledWith(
      expect.objectContaining({ reference: 'ref-1', repeats: 2 }),
      expect.anything(),
    );
  });

  test.each([
    pgError('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'),
    pgError('57014', 'canceling statement due to statement timeout'),
    pgError('57P01', 'terminating connection due to administrator command'),
    pgError('53300', 'sorry, too many clients already'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    Object.assign(new Error('query failed'), { driverError: pgError('55P03', 'lock timeout') }),
  ])('says that the database is away for %p, and logs it as such', (cause) => {
    const { formatter, log } = make();
    const { message, extensions } = formatter.format(new GraphQLError('x', { originalError: cause }));
    expect(extensions).toEqual({ code: 'UNAVAILABLE' });
    expect(message).toMatch(/database cannot answer/);
    expect([log.warn.mock.calls.length, log.error.mock.calls.length]).toEqual([1, 0]);
  });

  test('takes a mistake of ours in SQL for a mistake of ours', () => {
    const { formatter, log } = make();
    const error = new GraphQLError('x', { originalError: pgError('42P01', 'relation does not exist') });
    expect(formatter.format(error).extensions).toHaveProperty('reference');
    expect(log.error).toHaveBeenCalledTimes(1);
  });

  test('cuts long messages and uses no code outside the list', () => {
    const { formatter } = make();
    const errors = ['x'.repeat(10_000), null, undefined, new Error('a'), new GraphQLError('y'.repeat(9_999))];
    for (const error of errors) {
      const { message, extensions } = formatter.format(error);
      expect(message.length).toBeLessThanOrEqual(401);
      expect(ERROR_CODES).toContain(extensions?.code);
    }
  });
});

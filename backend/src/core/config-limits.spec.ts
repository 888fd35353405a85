import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig } from './config.js';

const problem = (environment: Record<string, string>) => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  return 'accepted';
};

describe('settings of limits', () => {
  test.each([
    ['MAX_QUERY_DEPTH', '0'],
    ['MAX_QUERY_TOKENS', 'many'],
    ['MAX_SOCKETS_PER_ADDRESS', '-1'],
    ['REQUESTS_PER_MINUTE', '1.5'],
    ['REQUESTS_PER_MINUTE', 'Infinity'],
    ['QUERY_TIMEOUT_MS', '5'],
    ['PING_INTERVAL_MS', '999999999'],
    ['MAX_BODY_BYTES', '10'],
    ['MAX_ROWS', '1001'],
    ['MAX_ROWS', '49'],
    ['MAX_FILTER_NAMES', '51'],
    ['MAX_MESSAGE_BYTES', '100000000000'],
    ['GRAPHQL_INTROSPECTION', 'perhaps'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/40'],
    ['ALLOWED_HOSTS', 'https://desk.example'],
    ['ALLOWED_HOSTS', 'desk.example:8000'],
    ['ALLOWED_HOSTS', 'desk.example,'],
  ])('%s may not be %p, and the message names it', (name, value) => {
    expect(problem({ [name]: value })).toMatch(new RegExp(`^${name}: .+`));
  });

  test.each([
    ['TRUST_PROXY', '1'],
    ['TRUST_PROXY', '10.0.0.0/8, 2001:db8::/32, 127.0.0.1'],
    ['ALLOWED_HOSTS', 'desk.example, Other.Example'],
    ['ALLOWED_HOSTS', '*'],
    ['CORS_ORIGINS', 'https://desk.example,http://desk:8000'],
  ])('%s may be %p', (name, value) => {
    expect(problem({ [name]: value })).toBe('accepted');
  });

  test('figures that contradict each other stop the start', () => {
    expect(problem({ MAX_COST_PER_MINUTE: '100' })).toBe(
      'MAX_COST_PER_MINUTE: must be at least MAX_QUERY_COST, which is 5000',
    );
    expect(problem({ MAX_MESSAGE_BYTES: '1024' })).toBe(
      'MAX_INIT_BYTES: must be at most MAX_MESSAGE_BYTES, which is 1024',
    );
    expect(problem({ REQUEST_TIMEOUT_MS: '5000' })).toBe(
      'HEADERS_TIMEOUT_MS: must be at most REQUEST_TIMEOUT_MS, which is 5000',
    );
  });

  test.each([
    '*',
    'null',
    'desk.example',
    'https://desk.example/path',
    'https://u:p@desk.example',
    'ftp://desk',
    '//x',
  ])('an origin may not be %p, which no browser would send', (origin) => {
    expect(problem({ CORS_ORIGINS: `https://desk.example,${origin}` })).toMatch(
      /^CORS_ORIGINS: .*is no origin/,
    );
  });

  test('origins are kept as browsers write them', () => {
    expect(readConfig({ CORS_ORIGINS: 'HTTPS://Desk.Example:443/, http://desk:80' }).CORS_ORIGINS).toEqual([
      'https://desk.example',
      'http://desk',
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { configuredLimits } from './configured-limits.js';
import { CLIENT_LIMITS, loopbackShare } from './core/clients/client-limits.js';
import { LIMIT_SETTINGS } from './core/config-limits.js';
import { readConfig } from './core/config.js';
import { API_LIMITS } from './core/graphql/api-limits.js';
import { SOCKET_LIMITS } from './core/graphql-socket/socket-limits.js';
import { HTTP_LIMITS } from './core/http/http-limits.js';
import { MAX_WAITING } from './core/reader-pool.js';

/** Settings that say who may ask, not how much. */
const NO_FIGURES = ['TRUST_PROXY', 'ALLOWED_HOSTS', 'ALLOW_NO_ORIGIN'];
const FIGURES = Object.keys(LIMIT_SETTINGS.shape).filter((name) => !NO_FIGURES.includes(name));

/** What is neither the default nor against the other settings; a number for all that are not named here. */
const UNUSUAL: Record<string, string> = {
  GRAPHQL_INTROSPECTION: 'false',
  MAX_COST_PER_MINUTE: '70001',
  MAX_FILTER_NAMES: '21',
  MAX_ORDERBOOK_LIMIT: '51',
  MAX_ORDER_BOOKS: '99',
  MAX_ROWS: '321',
  MAX_TRADE_MARKETS: '99',
  MAX_TRADES_KEPT: '499',
  MAX_UNSENT_BYTES: '2000001',
  REQUEST_TIMEOUT_MS: '43210',
};

/** Every figure of every part, by its path. */
function figures(environment: Record<string, string>): Map<string, unknown> {
  return new Map(
    Object.entries(configuredLimits(readConfig(environment))).flatMap(([part, limits]) =>
      Object.entries(limits as Record<string, unknown>)
        .filter(([name]) => name !== 'configured')
        .map(([name, value]): [string, unknown] => [`${part}.${name}`, value]),
    ),
  );
}

describe('configuredLimits', () => {
  test('is the defaults when nothing is set', () => {
    expect(configuredLimits(readConfig({}))).toEqual({
      api: API_LIMITS,
      client: CLIENT_LIMITS,
      socket: SOCKET_LIMITS,
      http: HTTP_LIMITS,
      database: { waitingQueries: MAX_WAITING },
      volume: { feeds: 500 },
      books: { levels: 50, followed: 100 },
      trades: { followed: 100, kept: 500, perSecond: 10_000 },
      redis: { books: 6_000, entries: 10_000 },
    });
  });

  test('changes one figure for each setting, and another one for each', () => {
    const before = figures({});
    const changed = FIGURES.map((name) => {
      const value = UNUSUAL[name] ?? '4321';
      const after = figures({ [name]: value });
      return [...after].filter(([path, figure]) => before.get(path) !== figure).map(([path]) => path);
    });
    expect(changed.map((paths) => paths.length)).toEqual(FIGURES.map(() => 1));
    expect(new Set(changed.flat()).size).toBe(FIGURES.length);
  });

  test('slows a history down before its reader counts as too slow, however little may wait', () => {
    const { socket } = configuredLimits(readConfig({ MAX_UNSENT_BYTES: '4096' }));
    expect([socket.pauseAtBytes, socket.maxUnsentBytes]).toEqual([2_048, 4_096]);
  });

  test('holds a figure that was set for the machine itself as it is, even if it is the default', () => {
    const { client } = configuredLimits(readConfig({ REQUEST_BURST: '30', MAX_SOCKETS_PER_ADDRESS: '7' }));
    expect(loopbackShare(client)).toEqual({
      socketsPerClient: 7,
      connectionsPerMinute: 600,
      connectionBurst: 400,
      subscriptionsPerClient: 1_000,
      requestsPerMinute: 1_200,
      requestBurst: 30,
      costPerMinute: 500_000,
      marketsPerClient: 200,
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { ConfigError, describeConfig, readConfig } from './config.js';
import { describeRedis } from './redis-address.js';

describe('configuration', () => {
  test('an empty environment gives every default of the public contract', () => {
    const config = readConfig({ BACKEND_PORT: '' });
    expect(config).toMatchObject({
      BACKEND_PORT: 8000,
      DATA_DIR: './data',
      VENUES: VENUE_ADAPTERS.map(({ id }) => id),
      SYMBOLS: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'],
      LIQUIDATION_SYMBOLS: ['*'],
      SIMULATED: false,
    });
    expect(config.DATABASE_URL).toBeUndefined();
    expect(config.venueRoots.get('binance')).toEqual(VENUE_ADAPTERS[0]?.roots);
  });

  test('every wrong variable is named at once (S231)', () => {
    const wrong = () =>
      readConfig({
        BACKEND_PORT: 'eighty',
        BINANCE_WS_BASE_URL: 'https://x',
        VENUES: 'binance,ftx',
        LOG_LEVEL: 'loud',
      });
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(/BACKEND_PORT[^]*LOG_LEVEL[^]*BINANCE_WS_BASE_URL[^]*VENUES: no venue "ftx"/);
  });

  test('symbols that are always followed need places at every venue, or the start is refused', () => {
    const SYMBOLS = Array.from({ length: 30 }, (_, n) => `A${n}USDT`).join(',');
    const VENUES = 'binance,okx,bybit';
    const most = { MAX_ORDER_BOOKS: '90', MAX_TRADE_MARKETS: '90' };
    expect(readConfig({ SYMBOLS, VENUES, ...most }).SYMBOLS).toHaveLength(30);
    expect(() => readConfig({ SYMBOLS, VENUES, ...most, MAX_ORDER_BOOKS: '89' })).toThrow(
      /SYMBOLS: the books of 30 symbols .* need 90 places, and MAX_ORDER_BOOKS is 89/,
    );
    expect(() => readConfig({ SYMBOLS, VENUES, ...most, MAX_TRADE_MARKETS: '89' })).toThrow(
      /SYMBOLS: the trades of 30 symbols .* need 90 places, and MAX_TRADE_MARKETS is 89/,
    );
    // One that is named twice is followed once.
    expect(() => readConfig({ SYMBOLS: `${SYMBOLS},A0USDT`, VENUES, ...most })).not.toThrow();
  });

  test('the roots of a local simulator are accepted', () => {
    const config = readConfig({
      VENUES: 'binance',
      BINANCE_WS_BASE_URL: 'ws://127.0.0.1:1',
      BINANCE_REST_BASE_URL: 'http://127.0.0.1:2',
    });
    expect(config.venues.map(({ id }) => id)).toEqual(['binance']);
    expect([...config.venueRoots]).toEqual([
      ['binance', { ws: 'ws://127.0.0.1:1', rest: 'http://127.0.0.1:2' }],
    ]);
  });

  test.each(['VENUES', 'SYMBOLS', 'LIQUIDATION_SYMBOLS', 'CORS_ORIGINS'])(
    '%s may not be a list of nothing',
    (name) => {
      expect(() => readConfig({ [name]: ' , ' })).toThrow(new RegExp(`${name}: must name at least one`));
    },
  );

  test.each([
    ['localhost:6379', 'must be an address that starts with redis:// or rediss://'],
    ['http://:secret@localhost', 'must be an address that starts with redis:// or rediss://'],
    ['redis://:secret@localhost/one', 'may end with the number of a database, such as /1, and nothing else'],
    ['redis://:secret@localhost?db=1', 'must have nothing behind the number of the database'],
    ['redis://:100%secret@localhost', 'must have user and password percent-encoded: % itself is %25'],
    ['redis://', 'must name a host, such as redis://localhost:6379'],
  ])(
    'an address of Redis that cannot be used refuses the start, and is not repeated: %s',
    (address, problem) => {
      expect(() => readConfig({ REDIS_URL: address })).toThrow(
        new ConfigError([`REDIS_URL: ${problem}`]).message,
      );
    },
  );

  test('Redis is used where its address is given, and not without', () => {
    expect(readConfig({}).REDIS_URL).toBeUndefined();
    const { REDIS_URL, REDIS_KEY_PREFIX, warnings } = readConfig({
      REDIS_URL: 'rediss://me:100%25@cache.example:6380/3',
      REDIS_KEY_PREFIX: 'desk:',
    });
    expect([REDIS_URL, REDIS_KEY_PREFIX, warnings]).toEqual([
      'rediss://me:100%25@cache.example:6380/3',
      'desk:',
      [],
    ]);
    expect(describeRedis(REDIS_URL ?? '')).toBe('cache.example:6380/3 (TLS)');
    expect(describeRedis('redis://me:secret@[::1]')).toBe('[::1]:6379');
    expect(() => readConfig({ REDIS_KEY_PREFIX: 'a b' })).toThrow(/REDIS_KEY_PREFIX: must be at most 60/);
  });

  test('a role that this version does not have refuses the start', () => {
    expect(() => readConfig({ ROLE: 'api' })).toThrow(/ROLE: .*only be "all", not "api"/);
    expect(readConfig({ ROLE: 'all' }).warnings).toEqual([]);
  });

  test('a variable that this version does not use is warned of without its value', () => {
    const { warnings } = readConfig({
      HELIUS_WEBHOOK_AUTH: 'secret',
      SOLANA_RPC_URL: '',
      RETENTION_DAYS: '7',
      MAX_ORDERBOOK_LIMIT: '20',
    });
    expect(warnings).toEqual(['HELIUS_WEBHOOK_AUTH is set, but this version does not use it.']);
  });

  test('a near miss of a setting is warned of, a variable of another program is not', () => {
    const { warnings } = readConfig({
      BINANCE_WS_URL: 'ws://x',
      LIQUIDATION_SYMBOL: 'BTCUSDT',
      DATA_DRI: '/x',
      PATH: '/bin',
      BINANCE_API_KEY: 'k',
      HOME: '/',
      BACKEND_URL: 'http://x',
    });
    expect(warnings).toEqual([
      'BINANCE_WS_URL is no setting; did you mean BINANCE_WS_BASE_URL?',
      'LIQUIDATION_SYMBOL is no setting; did you mean LIQUIDATION_SYMBOLS?',
      'DATA_DRI is no setting; did you mean DATA_DIR?',
    ]);
  });

  test('each venue of the list has its two addresses, and each setting a meaning', () => {
    const settings = describeConfig();
    for (const { id } of VENUE_ADAPTERS) {
      expect(settings.map(({ name }) => name)).toContain(`${id.toUpperCase()}_WS_BASE_URL`);
    }
    expect(settings.filter(({ meaning }) => meaning === '')).toEqual([]);
  });
});

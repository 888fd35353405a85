import { describe, expect, test } from '@jest/globals';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { ConfigError, describeConfig, readConfig } from './config.js';

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

  test('each venue of the list has its two addresses, and each setting a meaning', () => {
    const settings = describeConfig();
    for (const { id } of VENUE_ADAPTERS) {
      expect(settings.map(({ name }) => name)).toContain(`${id.toUpperCase()}_WS_BASE_URL`);
    }
    expect(settings.filter(({ meaning }) => meaning === '')).toEqual([]);
  });
});

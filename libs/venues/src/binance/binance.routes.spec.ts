import { describe, expect, test } from '@jest/globals';
import { combinedAddress, trafficClassOf } from './binance.routes.js';

describe('traffic classes', () => {
  test.each([
    '!forceOrder@arr',
    'btcusdt@forceOrder',
    'btcusdt@aggTrade',
    'btcusdt@markPrice',
    'btcusdt@markPrice@1s',
    '!markPrice@arr@1s',
    'btcusdt@kline_1m',
    'btcusdt_perpetual@continuousKline_1h',
    'btcusdt@ticker',
    '!miniTicker@arr',
    '!contractInfo',
  ])('%s is market data', (stream) => {
    expect(trafficClassOf(stream)).toBe('market');
  });

  test.each([
    'btcusdt@bookTicker',
    '!bookTicker',
    'btcusdt@depth',
    'btcusdt@depth@100ms',
    'btcusdt@depth20@500ms',
    'btcusdt@rpiDepth@500ms',
    'btcusdt@trade',
  ])('%s is public data', (stream) => {
    expect(trafficClassOf(stream)).toBe('public');
  });

  test.each(['btcusdt@newThing', '!everything', 'btcusdt', '', 'btcusdt@forceOrders', 'btcusdt@depth7'])(
    '%j is unknown and never guessed',
    (stream) => {
      expect(() => trafficClassOf(stream)).toThrow('no traffic class is known');
    },
  );
});

describe('addresses', () => {
  const live = 'wss://fstream.binance.com/market/stream';

  test.each([
    'wss://fstream.binance.com',
    'wss://fstream.binance.com/',
    'wss://fstream.binance.com/ws',
    'wss://fstream.binance.com/stream',
    'wss://fstream.binance.com/ws/btcusdt@forceOrder',
    'wss://fstream.binance.com/stream?streams=btcusdt@forceOrder',
    'wss://fstream.binance.com/public/ws',
    'wss://fstream.binance.com/market/stream',
  ])('%s is sent to the route of its class (F1, T1)', (root) => {
    expect(combinedAddress(root, 'market')).toBe(live);
  });

  test.each([
    ['ws://127.0.0.1:9001', 'ws://127.0.0.1:9001/market/stream'],
    ['ws://127.0.0.1:9001/', 'ws://127.0.0.1:9001/market/stream'],
    ['ws://localhost:9001/binance', 'ws://localhost:9001/binance/market/stream'],
    ['wss://proxy.example/ws/', 'wss://proxy.example/ws/market/stream'],
    ['wss://proxy.example/market/stream', 'wss://proxy.example/market/stream'],
    ['wss://fstream.binance.com.example', 'wss://fstream.binance.com.example/market/stream'],
  ])('the path of the foreign host %s stays', (root, address) => {
    expect(combinedAddress(root, 'market')).toBe(address);
  });

  test('keeps the classes apart', () => {
    expect(combinedAddress('wss://fstream.binance.com', 'public')).toBe(
      'wss://fstream.binance.com/public/stream',
    );
  });

  test.each([
    'wss://fstream.binancefuture.com',
    'wss://stream.binancefuture.com/ws',
    'wss://binancefuture.com',
    'wss://demo-fstream.binance.com',
  ])('%s is a test network and refused by name', (root) => {
    expect(() => combinedAddress(root, 'market')).toThrow(
      expect.objectContaining({
        failure: 'REFUSED',
        message: expect.stringContaining(new URL(root).hostname),
      }),
    );
  });

  test('a simulator on this machine may be called what it likes', () => {
    expect(combinedAddress('ws://demo-fstream.localhost:9001', 'market')).toBe(
      'ws://demo-fstream.localhost:9001/market/stream',
    );
  });
});

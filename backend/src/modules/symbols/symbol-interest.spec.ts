import { expect, test } from '@jest/globals';
import { SymbolInterest } from './symbol-interest.js';

test('tells listeners what is asked for, until they stop', () => {
  const interest = new SymbolInterest();
  const heard: unknown[] = [];
  const stop = interest.onAsked((...what) => heard.push(what));
  interest.asked('BTCUSDT');
  interest.asked('ETHUSDT', { fromMs: 1, toMs: 2 });
  stop();
  stop();
  interest.asked('SOLUSDT');
  expect(heard).toEqual([
    ['BTCUSDT', undefined],
    ['ETHUSDT', { fromMs: 1, toMs: 2 }],
  ]);
});

test('knows what is watched by asking those who serve it', () => {
  const interest = new SymbolInterest();
  const table = new Set(['BTCUSDT']);
  interest.watchedThrough(() => table);
  interest.watchedThrough(() => ['BTCUSDT', 'ETHUSDT']);
  expect([...interest.watched()]).toEqual(['BTCUSDT', 'ETHUSDT']);
  table.clear();
  table.add('SOLUSDT');
  expect(interest.watched()).toEqual(new Set(['SOLUSDT', 'BTCUSDT', 'ETHUSDT']));
});

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { RawClient } from '../../core/graphql-socket/raw-client-for-tests.js';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { SymbolInterest, type TimeRange } from '../symbols/symbol-interest.js';

let postgres: PostgresForTests;
let api: ApiForTests;
let interest: SymbolInterest;
let asked: [string, TimeRange?][];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  asked = [];
  interest = new SymbolInterest();
  interest.onAsked((symbol, range) => void asked.push(range === undefined ? [symbol] : [symbol, range]));
  api = await ApiForTests.start(postgres, { interest });
});
afterEach(() => api.stop());

const names = () => [...new Set(asked.map(([symbol]) => symbol))];

test('a query tells which markets it asks for by their canonical names, and for which time', async () => {
  await api.post('{ liquidations(filter: { symbols: ["btc-usdt-swap", "ETHUSDT"] }) { edges { cursor } } }');
  expect(names()).toEqual(['BTCUSDT', 'ETHUSDT']);
  expect(asked.every(([, range]) => range === undefined)).toBe(true);
  asked = [];
  const { errors } = await api.post(
    '{ liquidationVolume(symbol: "SOLUSDT", timeframe: "1m", from: 1700000000000, to: 1700000600000) { time } }',
  );
  expect(errors).toBeUndefined();
  expect(asked).toContainEqual(['SOLUSDT', { fromMs: 1_700_000_000_000, toMs: 1_700_000_599_999 }]);
});

test('nobody is told of queries that name no market or a wrong one', async () => {
  await api.post('{ liquidations { edges { cursor } } }');
  await api.post('{ liquidations(filter: { symbols: ["NOPE"] }) { edges { cursor } } }');
  await api.post('{ liquidationVolume(symbol: "*", timeframe: "1m") { time } }');
  expect(asked).toEqual([]);
});

test('a market is watched while somebody subscribes to it, and no longer (S064)', async () => {
  const client = await RawClient.connect(api.socketUrl);
  client.subscribe('rows', 'subscription { liquidationAdded(filter: { symbols: ["BTCUSDT"] }) { id } }');
  client.subscribe('all', 'subscription { liquidationAdded { id } }');
  client.subscribe(
    'volume',
    'subscription { volumeUpdated(symbol: "ETHUSDT", timeframe: "1m") { isUpdate } }',
  );
  await waitFor(() => interest.watched().size === 2);
  expect([...interest.watched()].sort()).toEqual(['BTCUSDT', 'ETHUSDT']);
  expect(names().sort()).toEqual(['BTCUSDT', 'ETHUSDT']);
  const range = asked.find(([symbol]) => symbol === 'ETHUSDT')?.[1];
  expect((range?.toMs ?? 0) - (range?.fromMs ?? 0)).toBe(500 * 60_000 - 1);
  client.send({ type: 'complete', id: 'volume' });
  await waitFor(() => interest.watched().size === 1);
  client.close();
  await waitFor(() => interest.watched().size === 0);
});

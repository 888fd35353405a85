import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiForTests } from '../testing/api-for-tests.js';
import { PostgresForTests } from '../testing/postgres-for-tests.js';
import { MAX_WAITING } from './reader-pool.js';

/** Connections of the API. */
const READERS = 8;

let postgres: PostgresForTests;
beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(async () => {
  await postgres.dispose();
});

describe('ReaderPool', () => {
  test('of 200 queries at once serves all that find a place and refuses the rest at once (F40)', async () => {
    const { reader } = postgres.database;
    const beganMs = performance.now();
    const refusedMs: number[] = [];
    const queries = Array.from({ length: 200 }, async () => {
      try {
        await reader.query('SELECT pg_sleep(0.02)');
        return 'served';
      } catch (error) {
        refusedMs.push(performance.now() - beganMs);
        return error;
      }
    });
    const outcomes = await Promise.all(queries);
    const refusals = outcomes.filter((outcome) => outcome !== 'served');
    expect(refusals).toHaveLength(200 - READERS - MAX_WAITING);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } });
    }
    expect(Math.max(...refusedMs)).toBeLessThan(2_000);
    expect(reader.refused).toBe(refusals.length);
  });

  test('serves as before once the queue is short again, also when all connections are idle', async () => {
    const { reader } = postgres.database;
    const before = reader.refused;
    for (let round = 0; round < 3; round += 1) {
      const queries = Array.from({ length: READERS + MAX_WAITING }, () => reader.query('SELECT 1 AS one'));
      expect((await Promise.all(queries)).every(({ rows }) => rows.length === 1)).toBe(true);
    }
    const client = await reader.connect();
    client.release();
    expect([reader.refused, reader.waitingCount]).toEqual([before, 0]);
  });

  test('keeps recording while the API has no connection left, and says so to clients and in the metrics', async () => {
    const { reader, writer } = postgres.database;
    const api = await ApiForTests.start(postgres);
    const held = await Promise.all(Array.from({ length: READERS }, () => reader.connect()));
    try {
      // More than there is room for, so that the queue is full whoever else asks meanwhile.
      const waiting = Promise.allSettled(
        Array.from({ length: MAX_WAITING + 10 }, () => reader.query('SELECT 1')),
      );
      expect(reader.waitingCount).toBe(MAX_WAITING);
      const { errors } = await api.post('{ liquidations(first: 1) { edges { cursor } } }');
      expect(errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
      expect((await writer.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      const metrics = await (await fetch(`${api.url}/metrics`)).text();
      expect(metrics).toMatch(/^orderfox_reader_refused_total [1-9]/m);
      expect(metrics).toMatch(/^orderfox_reader_waiting \d+$/m);
      for (const client of held.splice(0)) client.release();
      await waiting;
    } finally {
      for (const client of held) client.release();
      await api.stop();
    }
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Refusal } from '@orderfox/domain';
import { FakeClock, waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { QUARANTINE_LIMITS, type QuarantineLimits, QuarantineRepository } from './quarantine.repository.js';

let postgres: PostgresForTests;
let clock: FakeClock;
beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  clock = new FakeClock();
  await postgres.database.writer.query('TRUNCATE quarantine');
});

function newRepository(limits: Partial<QuarantineLimits> = {}): QuarantineRepository {
  return new QuarantineRepository(postgres.database, clock, { ...QUARANTINE_LIMITS, ...limits });
}

function refusal(n: number, fields: Partial<Refusal> = {}): Refusal {
  const receivedTimeMs = 1_700_000_000_000 + n;
  return {
    type: 'refusal',
    venue: 'okx',
    reason: 'MALFORMED',
    detail: `row ${n}`,
    receivedTimeMs,
    raw: `{"n":${n}}`,
    ...fields,
  };
}

const refusals = (count: number, from = 0) => Array.from({ length: count }, (_, n) => refusal(from + n));

describe('QuarantineRepository', () => {
  test('keeps refused rows raw, with the reason, a moment later', async () => {
    const repository = newRepository();
    repository.keep([refusal(1, { venueSymbol: 'BTC-USDT-SWAP' }), refusal(2)]);
    clock.advance(250);
    await waitFor(() => repository.totals.kept === 2);
    await expect(repository.list('okx', 'MALFORMED', 10)).resolves.toEqual([
      {
        id: expect.any(Number),
        venue: 'okx',
        reason: 'MALFORMED',
        detail: 'row 1',
        venueSymbol: 'BTC-USDT-SWAP',
        receivedTimeMs: 1_700_000_000_001,
        raw: '{"n":1}',
      },
      {
        id: expect.any(Number),
        venue: 'okx',
        reason: 'MALFORMED',
        detail: 'row 2',
        receivedTimeMs: 1_700_000_000_002,
        raw: '{"n":2}',
      },
    ]);
    await repository.close();
  });

  test('hands out rows of one venue and reason to be read again, and forgets those that became events', async () => {
    const repository = newRepository();
    const unknown = (n: number, venue: string) => refusal(n, { venue, reason: 'UNKNOWN_INSTRUMENT' });
    repository.keep([
      unknown(1, 'okx'),
      refusal(2),
      unknown(3, 'bybit'),
      unknown(4, 'okx'),
      unknown(5, 'okx'),
    ]);
    await repository.flush();
    const waiting = await repository.list('okx', 'UNKNOWN_INSTRUMENT', 2);
    expect(waiting.map(({ raw }) => raw)).toEqual(['{"n":1}', '{"n":4}']);
    await repository.remove(waiting.map(({ id }) => id));
    await expect(repository.counts()).resolves.toEqual([
      { venue: 'bybit', reason: 'UNKNOWN_INSTRUMENT', rows: 1 },
      { venue: 'okx', reason: 'MALFORMED', rows: 1 },
      { venue: 'okx', reason: 'UNKNOWN_INSTRUMENT', rows: 1 },
    ]);
    await repository.close();
  });

  test('keeps the newest rows of each venue and counts those that went (F10)', async () => {
    const repository = newRepository({ rowsPerVenue: 10 });
    repository.keep([refusal(0, { venue: 'bybit' })]);
    for (let round = 0; round < 5; round += 1) {
      repository.keep(refusals(7, round * 7));
      await repository.flush();
    }
    const kept = await repository.list('okx', 'MALFORMED', 100);
    expect(kept.map(({ detail }) => detail)).toEqual(refusals(10, 25).map(({ detail }) => detail));
    expect(repository.totals).toEqual({ kept: 36, dropped: 0, evicted: 25 });
    await expect(repository.list('bybit', 'MALFORMED', 100)).resolves.toHaveLength(1);
    await repository.close();
  });

  test('bounds what waits in memory, and counts what found no room', async () => {
    const repository = newRepository({ pending: 100 });
    repository.keep(refusals(90));
    repository.keep(refusals(90, 90));
    await repository.close();
    expect(repository.totals).toEqual({ kept: 100, dropped: 80, evicted: 0 });
    repository.keep(refusals(1));
    expect(repository.totals.dropped).toBe(81);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('stores any text: zero bytes, half characters, and far too much of it', async () => {
    const repository = newRepository();
    repository.keep([
      refusal(1, {
        raw: `zero \0 half \uD83D ${'x'.repeat(9_000)}`,
        detail: 'd'.repeat(9_000),
        venueSymbol: 's'.repeat(9_000),
      }),
      refusal(2, { receivedTimeMs: Number.NaN }),
    ]);
    await repository.flush();
    const [first, second] = await repository.list('okx', 'MALFORMED', 10);
    expect(first?.raw.slice(0, 14)).toBe('zero \uFFFD half \uFFFD ');
    expect([first?.raw.length, first?.detail.length, first?.venueSymbol?.length]).toEqual([4_096, 200, 200]);
    expect(second?.receivedTimeMs).toBe(clock.nowMs());
    await repository.close();
  });

  test('waits while the database is away, and neither fails nor loses the first of it', async () => {
    const repository = newRepository({ pending: 100 });
    await postgres.stop();
    repository.keep(refusals(60));
    await repository.flush();
    repository.keep(refusals(60, 60));
    expect(repository.totals).toEqual({ kept: 0, dropped: 20, evicted: 0 });
    await postgres.start();
    await waitFor(() => {
      clock.advance(1_000);
      return repository.totals.kept === 100;
    });
    await repository.close();
  });

  test('writes at the end also what came while a write was going on', async () => {
    const repository = newRepository();
    repository.keep(refusals(2));
    const flushing = repository.flush();
    repository.keep(refusals(3, 2));
    await Promise.all([flushing, repository.close()]);
    expect(repository.totals).toEqual({ kept: 5, dropped: 0, evicted: 0 });
    await expect(repository.counts()).resolves.toEqual([{ venue: 'okx', reason: 'MALFORMED', rows: 5 }]);
  });
});

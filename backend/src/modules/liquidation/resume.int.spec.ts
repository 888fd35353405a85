import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { SeededRandom } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import fc from 'fast-check';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CursorCodec } from './liquidation-cursor.js';
import { LiquidationRepository } from './liquidation.repository.js';
import { type Wish } from './resume-client-for-tests.js';
import { PHASES } from './resume-connection-for-tests.js';
import { ResumeLife, type Life } from './resume-life-for-tests.js';
import { type LiquidationTopic } from './resume-topics-for-tests.js';

const EVERYTHING: Wish = { filter: {}, query: {}, sql: 'true' };
const BITCOIN: Wish = {
  filter: { symbols: ['btc-usdt-swap'] },
  query: { symbols: ['BTCUSDT'] },
  sql: `symbol = 'BTCUSDT'`,
};
const LARGE: Wish = {
  filter: { minNotionalUsd: '70000.5' },
  query: { minNotionalUsd: parseDecimal('70000.5') },
  sql: 'notional_usd >= 70000.5',
};
const OKX_LONGS: Wish = {
  filter: { venues: ['okx'], liquidatedSide: 'LONG' },
  query: { venues: ['okx'], liquidatedSide: 'LONG' },
  sql: `venue = 'okx' AND liquidated_side = 'LONG'`,
};
/** The time is not known to the index. */
const SINCE: Wish = {
  filter: { symbols: ['btcusdt', 'SOL-USDT-SWAP'], from: 1_700_002_000_000 },
  query: { symbols: ['BTCUSDT', 'SOLUSDT'], fromMs: 1_700_002_000_000 },
  sql: `symbol IN ('BTCUSDT', 'SOLUSDT') AND venue_time >= '2023-11-14 22:46:40Z'`,
};
/** Clients with the same wish hear each event from the same hand, whether they wait for the same ones or not. */
const WISHES = [EVERYTHING, BITCOIN, BITCOIN, BITCOIN, LARGE, LARGE, OKX_LONGS, OKX_LONGS, SINCE];
const NOTHING = { lost: 0, doubled: 0, unasked: 0, misplaced: 0 };

let postgres: PostgresForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(async () => {
  await postgres.dispose();
});

async function live(given: Omit<Life, 'wishes' | 'waitUntil'>): Promise<ResumeLife> {
  const { database } = postgres;
  await database.writer.query('TRUNCATE liquidation');
  await database.writer.query('UPDATE liquidation_cursor SET last_seq = 0, oldest_seq = 1');
  const { storeId } = await new LiquidationRepository(database).latest();
  const waitUntil = (condition: () => boolean) => waitFor(condition, { withinMs: 2_500 }).catch(() => false);
  const life = new ResumeLife(postgres, { ...given, wishes: WISHES, waitUntil }, new CursorCodec(storeId));
  await life.run();
  return life;
}

describe('subscription liquidationAdded under chance', () => {
  test('gives 100,000 events of two recorders once, in order, to clients that are killed 200 times (S010)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const life = await live({
          random: new SeededRandom(seed),
          events: 100_000,
          kills: 200,
          restarts: 12,
        });
        expect(life.problems).toEqual([]);
        expect(await life.differences()).toEqual(WISHES.map(() => NOTHING));
        expect(life.clients[0]?.ids.length).toBeGreaterThanOrEqual(100_000);
        expect(life.restarts).toBe(12);
        expect(life.kills).toBeGreaterThanOrEqual(200);
        const endings = life.clients.flatMap((client) => client.endings);
        expect(endings).not.toContain('broken');
        for (const phase of PHASES) {
          const count = endings.filter((ending) => ending === phase).length;
          expect([phase, count >= 8]).toEqual([phase, true]);
        }
      }),
      { numRuns: 1, endOnFailure: true },
    );
  }, 180_000);

  /** Each takes one step out of the hand-over, so that what it is good for must show. */
  const sabotages: readonly [string, (topic: LiquidationTopic) => void][] = [
    [
      'loses events when those announced meanwhile are not read before going live',
      ({ recent }) => (recent.firstAfter = () => undefined),
    ],
    [
      'loses events when what is in memory is taken for the whole stream',
      ({ recent }) => (recent.coversAfter = () => true),
    ],
  ];
  test.each(sabotages)(
    '%s',
    async (_title, sabotage) => {
      const life = await live({
        random: new SeededRandom(1),
        events: 8_000,
        kills: 12,
        restarts: 3,
        sabotage,
      });
      const found = await life.differences();
      expect(found.some(({ lost }) => lost > 0)).toBe(true);
    },
    120_000,
  );
});

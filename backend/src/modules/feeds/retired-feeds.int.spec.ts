import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type FeedGap } from '@orderfox/domain';
import { createJsonFetch, FakeClock, FAKE_EPOCH_MS } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { FeedGapRepository } from './feed-gap.repository.js';
import { FeedsForTests } from './feeds-for-tests.js';

const SECOND = 1_000;

let postgres: PostgresForTests;
let clock: FakeClock;
let venues: SimulatedVenues;
let feeds: FeedsForTests | undefined;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());
beforeEach(async () => {
  clock = new FakeClock();
  venues = new SimulatedVenues({ scheduler: clock });
  await venues.start();
});
afterEach(async () => {
  await feeds?.stop();
  await venues.stop();
});

/** Only Binance is run. */
async function live(): Promise<FeedsForTests> {
  const started = new FeedsForTests({
    roots: { binance: venues.urls.binance },
    http: createJsonFetch({ clock }),
    pool: postgres.database.writer,
    clock,
  });
  feeds = started;
  await started.start();
  await waitFor(() => {
    clock.advance(100);
    return started.feed('binance').state === 'LIVE';
  });
  return started;
}

describe('a venue that was taken out of the configuration', () => {
  const at = (seconds: number) => FAKE_EPOCH_MS + seconds * SECOND;

  test('is missed up to the first start without it, and its time on record stays what it was', async () => {
    const { writer: pool } = postgres.database;
    const before = new FeedGapRepository({ writer: pool, reader: pool });
    const stream = 'liquidations';
    const save = (given: Pick<FeedGap, 'venue' | 'cause' | 'fromMs' | 'toMs'>) =>
      before.save({ type: 'feed-gap', stream, detail: 'because.', ...given });
    await save({ venue: 'okx', cause: 'NOT_RECORDED', fromMs: 0, toMs: at(10) });
    await save({ venue: 'okx', cause: 'SILENT', fromMs: at(20), toMs: at(25) });
    await save({ venue: 'okx', cause: 'STARTED', fromMs: at(40) });
    await before.saveProgress({ venue: 'okx', stream, lastGoodMs: at(40) });
    await save({ venue: 'binance', cause: 'SILENT', fromMs: at(90) });
    await before.saveProgress({ venue: 'binance', stream, lastGoodMs: at(99) });

    clock.advance(100 * SECOND);
    const { repository } = await live();
    await waitFor(async () => {
      clock.advance(100);
      return (await repository.allOpenGaps()).length === 0;
    });
    const [ended] = await repository.list({ venue: 'okx', first: 1 });
    expect(ended).toMatchObject({
      cause: 'STARTED',
      toMs: at(100),
      detail: 'because. It is not listened to any more.',
    });
    const [own] = await repository.list({ venue: 'binance', first: 1 });
    expect(own).toMatchObject({ cause: 'SILENT', fromMs: at(90), detail: 'because.' });

    const missing = (...venueIds: readonly string[]) => {
      const only = venueIds.length > 0 && { venues: venueIds };
      return repository.missing({ fromMs: at(0), toMs: at(3_600), ...only });
    };
    const silent = { fromMs: at(20), toMs: at(25) };
    await expect(missing()).resolves.toEqual([silent, { fromMs: at(40), toMs: own?.toMs }]);
    await expect(missing('binance')).resolves.toEqual([{ fromMs: at(90), toMs: own?.toMs }]);
    // Whoever asks for it by name is told that nobody has listened since it was good.
    const notRecorded = { fromMs: 0, toMs: at(10) };
    await expect(missing('okx')).resolves.toEqual([notRecorded, silent, { fromMs: at(40) }]);
    await expect(missing('bybit')).resolves.toEqual([{ fromMs: 0 }]);
    expect((await repository.list({ first: 9 })).map(({ cause }) => cause)).not.toContain('NOT_RECORDED');
  });
});

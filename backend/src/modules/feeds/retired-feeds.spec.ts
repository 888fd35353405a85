import { expect, test } from '@jest/globals';
import { type FeedGap } from '@orderfox/domain';
import { FakeClock, FAKE_EPOCH_MS } from '@orderfox/testing';
import { RetiredFeeds } from './retired-feeds.js';

test('gaps of feeds that are gone are asked for until the database answers, and end with the start', async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  let away = true;
  const saved: FeedGap[] = [];
  const note = (_: unknown, message: string) => void told.push(message);
  const open: FeedGap = {
    type: 'feed-gap',
    venue: 'okx',
    stream: 'liquidations',
    fromMs: 1,
    cause: 'SILENT',
    detail: '',
  };
  const retired = new RetiredFeeds({
    repository: {
      allOpenGaps: () =>
        away ? Promise.reject(new Error('away')) : Promise.resolve([open, { ...open, venue: 'bybit' }]),
    },
    writer: { saveGap: (gap) => saved.push(gap) },
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    isRun: ({ venue }) => venue === 'bybit',
  });
  await retired.end();
  await retired.end();
  expect([told.length, saved]).toEqual([1, []]);
  away = false;
  clock.advance(1_000);
  await retired.end();
  await retired.end();
  expect(saved).toEqual([{ ...open, toMs: FAKE_EPOCH_MS, detail: 'It is not listened to any more.' }]);
});

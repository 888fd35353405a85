import { describe, expect, test } from '@jest/globals';
import { FEED_STATES, type FeedState } from '@orderfox/domain';
import { type SocketState } from '@orderfox/feed';
import { decideFeedState, type FeedFacts } from './feed-state.js';
import { worstOf } from './state-severity.js';

const AT = Date.UTC(2026, 0, 2, 12, 40, 5);

const LIVE: FeedFacts = {
  stream: 'liquidations',
  recorded: true,
  catalogueKnown: true,
  wanted: true,
  topics: 1,
  refusedTopics: 0,
  socket: { state: 'LIVE', reason: 'Data flows.' },
  storage: 'OK',
  unreadableRows: 0,
  quietForMs: 0,
};
const without = { ...LIVE, catalogueKnown: false };
const problem = { message: 'fapi.venue cannot be found by name (DNS)', sinceMs: AT, retryAtMs: AT };

describe('the state of a feed', () => {
  test.each<[string, FeedFacts, string, RegExp]>([
    ['data flows', LIVE, 'LIVE', /^Data flows\.$/],
    [
      'an event came a minute ago',
      { ...LIVE, quietForMs: 60_000, lastEventMs: AT },
      'QUIET',
      /No liquidations since 12:40:05 UTC/,
    ],
    [
      'an event came less than a minute ago',
      { ...LIVE, quietForMs: 59_999, lastEventMs: AT },
      'LIVE',
      /flows/,
    ],
    ['no event ever came', { ...LIVE, quietForMs: 60_000 }, 'QUIET', /since the connection was made/],
    [
      'a stream that only supports says nothing',
      { ...LIVE, recorded: false, quietForMs: 1e9 },
      'LIVE',
      /flows/,
    ],
    ['the store is full', { ...LIVE, storage: 'FULL' }, 'ERROR', /cannot be stored/],
    ['the store is full and nothing comes', { ...LIVE, storage: 'FULL', quietForMs: 1e9 }, 'ERROR', /stored/],
    ['the store is away', { ...LIVE, storage: 'DEGRADED' }, 'LIVE', /database is away, so events wait/],
    ['rows cannot be read', { ...LIVE, unreadableRows: 3 }, 'ERROR', /changed its format/],
    ['one row cannot be read', { ...LIVE, unreadableRows: 1 }, 'LIVE', /flows/],
    [
      'some topics are refused',
      { ...LIVE, topics: 612, refusedTopics: 2 },
      'LIVE',
      /refused 2 of 612 topics/,
    ],
    ['the contracts are on their way', without, 'CONNECTING', /asked for its list/],
    [
      'the contracts cannot be had',
      { ...without, catalogueProblem: { ...problem, failure: 'NETWORK' } },
      'ERROR',
      /cannot be loaded: fapi\.venue cannot be found by name \(DNS\)\. The next try is at 12:40:05 UTC\.$/,
    ],
    [
      'the venue refuses the country',
      { ...without, catalogueProblem: { ...problem, failure: 'GEO_BLOCKED' } },
      'GEO_BLOCKED',
      /next try/,
    ],
    ['nothing of it is wanted', { ...LIVE, topics: 0 }, 'DISABLED', /none of the symbols/],
    [
      'a stream of all contracts carries none that is wanted',
      { ...LIVE, wanted: false },
      'DISABLED',
      /none of the symbols/,
    ],
    [
      'a stream that only supports carries none',
      { ...LIVE, recorded: false, wanted: false },
      'LIVE',
      /flows/,
    ],
  ])('when %s', (_, facts, state, reason) => {
    const decided = decideFeedState(facts);
    expect(decided.state).toBe(state);
    expect(decided.reason).toMatch(reason);
  });

  test.each(['RATE_LIMITED', 'BANNED'] as const)('%s of the catalogue says until when', (failure) => {
    expect(decideFeedState({ ...without, catalogueProblem: { ...problem, failure } })).toMatchObject({
      state: failure,
      untilMs: AT,
    });
  });

  test('before the first connection is CONNECTING', () => {
    const { socket, ...unopened } = LIVE;
    expect(socket?.state).toBe('LIVE');
    expect(decideFeedState(unopened).state).toBe('CONNECTING');
  });

  test.each<SocketState>([
    'CONNECTING',
    'SYNCING',
    'STALE',
    'SILENT',
    'RESYNCING',
    'RATE_LIMITED',
    'BANNED',
    'GEO_BLOCKED',
    'VENUE_PAUSED',
    'ERROR',
  ])('is %s when the connection is, whatever else holds', (state) => {
    const socket = { state, reason: 'because', untilMs: AT };
    for (const facts of [LIVE, { ...LIVE, quietForMs: 1e9 }, { ...LIVE, storage: 'FULL' as const }]) {
      expect(decideFeedState({ ...facts, socket })).toEqual(socket);
    }
  });
});

describe('the worst of several feeds', () => {
  test('is the one that matters most to whoever reads the totals', () => {
    const feeds = [{ state: 'LIVE' }, { state: 'SILENT' }, { state: 'QUIET' }] as const;
    expect(worstOf(feeds)?.state).toBe('SILENT');
    expect(worstOf<{ readonly state: FeedState }>([])).toBeUndefined();
  });

  test('knows every state there is', () => {
    for (const state of FEED_STATES) {
      expect(worstOf([{ state: 'DISABLED' }, { state }])?.state).toBe(state);
    }
  });

  test('a feed that is off does not hide that the other one lives', () => {
    expect(worstOf([{ state: 'DISABLED' }, { state: 'LIVE' }])?.state).toBe('LIVE');
  });
});

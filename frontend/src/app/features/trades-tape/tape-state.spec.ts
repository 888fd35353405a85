import { describe, expect, test } from 'vitest';
import { tapeState, type TapeFacts } from './tape-state.js';

const NOW = 1_000_000;
const facts: TapeFacts = {
  rowCount: 3,
  isKnown: true,
  trouble: undefined,
  sinceText: 'since 14:27:38 UTC, 2 s',
  silentSinceMs: undefined,
  market: 'BTCUSDT on Binance',
};
const trouble = {
  message: 'Too busy.',
  sinceMs: NOW - 2_000,
  isAbsent: false,
  venue: undefined,
  suggestions: [],
};

describe('tapeState', () => {
  test('is ready with trades, and loading until the server has said what there is', () => {
    expect(tapeState(facts)).toEqual({ kind: 'ready' });
    expect(tapeState({ ...facts, rowCount: 0, isKnown: false })).toEqual({ kind: 'loading' });
  });

  test('says that none is known, and what would fill it', () => {
    expect(tapeState({ ...facts, rowCount: 0 })).toEqual({
      kind: 'empty',
      title: 'Waiting for trades…',
      detail:
        'The venue is heard, and no trade of BTCUSDT on Binance is known so far. The next one appears here.',
    });
  });

  test('greys trades that are the newest no more, with why and since when (S133)', () => {
    expect(tapeState({ ...facts, trouble })).toEqual({
      kind: 'stale',
      why: 'Too busy.',
      sinceMs: NOW - 2_000,
    });
    expect(tapeState({ ...facts, silentSinceMs: NOW })).toMatchObject({ kind: 'stale', sinceMs: NOW });
  });

  test('without trades it says what is wrong and since when, and shows none (S133)', () => {
    const bare = { ...facts, rowCount: 0, isKnown: false };
    expect(tapeState({ ...bare, trouble })).toMatchObject({ kind: 'error', what: 'Too busy.' });
    expect(tapeState({ ...bare, silentSinceMs: NOW })).toMatchObject({ kind: 'error' });
    expect(tapeState({ ...bare, trouble: { ...trouble, message: 'Too busy', isAbsent: true } })).toEqual({
      kind: 'empty',
      title: 'No trades',
      detail: 'Too busy. It is so since 14:27:38 UTC, 2 s.',
    });
  });
});

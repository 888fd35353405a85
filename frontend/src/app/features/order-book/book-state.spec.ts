import { describe, expect, test } from 'vitest';
import { bookState, type AbsentBook, type BookFacts } from './book-state.js';

const NOW = 1_000_000;
const facts: BookFacts = {
  nowMs: NOW,
  askedMs: NOW - 120_000,
  hasBook: true,
  trouble: undefined,
  silentSinceMs: undefined,
  absent: undefined,
};
const absent: AbsentBook = {
  word: 'RESYNCING',
  reason: 'changes were missed',
  sinceMs: NOW - 2_000,
  sinceText: 'since 14:27:38 UTC, 2 s',
  venue: 'Binance',
  isPassing: true,
};
const trouble = { message: 'Too busy', sinceMs: NOW - 2_000, isAbsent: false, suggestions: [] };
const longAgo = { sinceMs: NOW - 60_000 };

describe('bookState', () => {
  test('is ready with a whole book that is the newest word', () => {
    expect(bookState(facts)).toEqual({ kind: 'ready' });
  });

  test('is loading until the server has said something', () => {
    expect(bookState({ ...facts, hasBook: false })).toEqual({ kind: 'loading' });
  });

  test('greys a book that is not in sync, says why and since when, and takes it away after a minute', () => {
    expect(bookState({ ...facts, absent })).toEqual({
      kind: 'stale',
      why: 'Not in sync: changes were missed',
      sinceMs: NOW - 2_000,
    });
    expect(bookState({ ...facts, absent: { ...absent, ...longAgo } })).toEqual({
      kind: 'empty',
      title: 'Order book not in sync',
      detail: 'Binance: RESYNCING since 14:27:38 UTC, 2 s: changes were missed',
    });
  });

  test('waits three seconds for a first book before it says that there is none', () => {
    const first = { ...facts, hasBook: false, absent };
    expect(bookState({ ...first, askedMs: NOW - 2_999 })).toEqual({ kind: 'loading' });
    expect(bookState({ ...first, askedMs: NOW - 3_000 })).toMatchObject({ kind: 'empty' });
  });

  test('does not wait where the venue does not give one at all', () => {
    const refused = { ...absent, isPassing: false };
    expect(bookState({ ...facts, hasBook: false, askedMs: NOW, absent: refused })).toMatchObject({
      kind: 'empty',
    });
  });

  test('greys a book while the server is not heard, and takes it away after a minute', () => {
    expect(bookState({ ...facts, silentSinceMs: NOW - 5_000 })).toMatchObject({ kind: 'stale' });
    expect(bookState({ ...facts, silentSinceMs: NOW - 60_000 })).toEqual({
      kind: 'error',
      what: 'Nothing has been heard from the server',
      sinceMs: NOW - 60_000,
    });
    expect(bookState({ ...facts, hasBook: false, silentSinceMs: NOW })).toMatchObject({ kind: 'error' });
  });

  test('tells what the server refused, in its words', () => {
    expect(bookState({ ...facts, trouble })).toMatchObject({ kind: 'stale', why: 'Too busy' });
    expect(bookState({ ...facts, hasBook: false, trouble })).toMatchObject({
      kind: 'error',
      what: 'Too busy',
    });
    expect(bookState({ ...facts, trouble: { ...trouble, ...longAgo } })).toMatchObject({ kind: 'error' });
    expect(bookState({ ...facts, hasBook: false, trouble: { ...trouble, isAbsent: true } })).toEqual({
      kind: 'empty',
      title: 'No order book',
      detail: 'Too busy',
    });
  });
});

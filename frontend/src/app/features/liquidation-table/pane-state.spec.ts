import { describe, expect, test } from 'vitest';
import { paneState, type PaneFacts } from './pane-state.js';

const facts: PaneFacts = {
  isLoading: false,
  trouble: undefined,
  rowCount: 3,
  lostSinceMs: undefined,
  isBlind: false,
  lastEvent: '3 s ago on OKX',
  isFiltered: false,
};
const trouble = { message: 'No such venue', sinceMs: 5_000, suggestions: [] };

describe('paneState', () => {
  test('is ready with rows and a connection', () => {
    expect(paneState(facts)).toEqual({ kind: 'ready' });
  });

  test('is loading until the server has answered', () => {
    expect(paneState({ ...facts, isLoading: true, rowCount: 0 })).toEqual({ kind: 'loading' });
  });

  test('waits for liquidations and says when the last one was (S115)', () => {
    expect(paneState({ ...facts, rowCount: 0 })).toEqual({
      kind: 'empty',
      title: 'Waiting for liquidations…',
      detail: 'The last one was 3 s ago on OKX.',
    });
  });

  test('says that no venue delivers rather than that nothing happens', () => {
    expect(paneState({ ...facts, rowCount: 0, isBlind: true })).toMatchObject({
      detail: 'No venue delivers at the moment:',
    });
  });

  test('is an error only while there is nothing to show; else what is there goes stale', () => {
    expect(paneState({ ...facts, rowCount: 0, trouble })).toMatchObject({ kind: 'error', sinceMs: 5_000 });
    expect(paneState({ ...facts, trouble })).toMatchObject({ kind: 'stale', why: 'No such venue' });
  });

  test('is stale once the server is not heard any more', () => {
    expect(paneState({ ...facts, lostSinceMs: 9_000 })).toMatchObject({ kind: 'stale', sinceMs: 9_000 });
  });
});

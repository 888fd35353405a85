import { describe, expect, test } from 'vitest';
import { chartKeyAction } from './chart-keys.js';

const none = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

describe('the keys of a chart', () => {
  test('leave the page what is not theirs: scrolling, and everything with a modifier', () => {
    expect(chartKeyAction({ ...none, key: 'ArrowUp' })).toBeUndefined();
    expect(chartKeyAction({ ...none, key: 'ArrowDown' })).toBeUndefined();
    expect(chartKeyAction({ ...none, key: 'x' })).toBeUndefined();
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) {
      expect(chartKeyAction({ ...none, key: 'ArrowLeft', [modifier]: true })).toBeUndefined();
    }
  });
});

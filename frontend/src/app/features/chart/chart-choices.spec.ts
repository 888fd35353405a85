import { TestBed } from '@angular/core/testing';
import { describe, expect, test } from 'vitest';
import { STORAGE } from '../../core/settings.js';
import { ChosenParts } from './chart-choices.js';

/** The parts as a page that begins with this in its storage has them, and what it keeps. */
function begin(saved?: string) {
  TestBed.resetTestingModule();
  const kept = new Map(saved === undefined ? [] : [['orderfox.chart', saved]]);
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  };
  TestBed.configureTestingModule({ providers: [{ provide: STORAGE, useValue: storage }] });
  const parts = TestBed.inject(ChosenParts);
  const reload = () => {
    TestBed.tick();
    return begin(kept.get('orderfox.chart')).parts;
  };
  return { parts, reload };
}

describe('ChosenParts', () => {
  test('keeps what is shown and the share of liquidations over a reload', () => {
    const { parts, reload } = begin();
    parts.toggle('volume');
    parts.share({ liquidations: 0.5 });
    const after = reload();
    expect(after.choices().volume).toBe(false);
    expect(after.shares().liquidations).toBe(0.5);
  });

  test('takes over the share of liquidations as earlier versions kept it', () => {
    const { parts } = begin('{"liquidationShare":0.4}');
    expect(parts.shares()).toEqual({ liquidations: 0.4, takers: 0.15, cvd: 0.16 });
  });

  test('leaves room for either part', () => {
    const { parts } = begin();
    parts.share({ liquidations: 0.99 });
    expect(parts.shares().liquidations).toBe(0.8);
    parts.share({ liquidations: -3 });
    expect(parts.shares().liquidations).toBe(0.12);
  });

  test.each(['', 'null', '[', '{"liquidationShare":"wide","volume":1}'])(
    'begins as it always does where %j was kept',
    (saved) => {
      const { parts } = begin(saved);
      expect(parts.choices().volume).toBe(true);
      expect(parts.shares().liquidations).toBe(0.31);
    },
  );
});

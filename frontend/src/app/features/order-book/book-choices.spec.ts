import { TestBed } from '@angular/core/testing';
import { describe, expect, test } from 'vitest';
import { STORAGE } from '../../core/settings.js';
import { BookChoices } from './book-choices.js';

function storageWith(text: string | null): Pick<Storage, 'getItem' | 'setItem'> & { written?: string } {
  return {
    getItem: () => text,
    setItem(_key, value) {
      this.written = value;
    },
  };
}

function choicesFrom(storage: unknown): BookChoices {
  TestBed.configureTestingModule({ providers: [{ provide: STORAGE, useValue: storage }] });
  return TestBed.inject(BookChoices);
}

describe('BookChoices', () => {
  test('are kept in this browser', () => {
    const storage = storageWith(null);
    const choices = choicesFrom(storage);
    expect([choices.levels(), choices.stepFactor()]).toEqual([20, 1]);
    choices.chooseLevels(50);
    choices.chooseStep(100);
    TestBed.tick();
    TestBed.resetTestingModule();
    const again = choicesFrom(storageWith(storage.written ?? null));
    expect([again.levels(), again.stepFactor()]).toEqual([50, 100]);
  });

  test.each(['{', '7', 'null', '{"levels":"50","stepFactor":3}', '{"levels":1e9}'])(
    'begin anew where %s was kept',
    (text) => {
      const choices = choicesFrom(storageWith(text));
      expect([choices.levels(), choices.stepFactor()]).toEqual([20, 1]);
    },
  );

  test('hold where nothing can be kept', () => {
    const choices = choicesFrom({
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      },
    });
    choices.chooseLevels(10);
    expect(() => TestBed.tick()).not.toThrow();
    expect(choices.levels()).toBe(10);
  });

  test('offer no more levels than the server gives, and keep what was wanted', () => {
    const choices = choicesFrom(undefined);
    choices.chooseLevels(50);
    expect(choices.learnMost(30)).toBe(true);
    expect([choices.levels(), choices.levelChoices()]).toEqual([30, [10, 20, 30]]);
    expect([choices.learnMost(30), choices.learnMost(0), choices.learnMost(2.5)]).toEqual([
      false,
      false,
      false,
    ]);
    choices.chooseLevels(10);
    expect(choices.levels()).toBe(10);
  });
});

import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { Settings, STORAGE } from './settings.js';

const KEY = 'orderfox.settings';

function settingsWith(storage: Storage | undefined): Settings {
  TestBed.configureTestingModule({ providers: [{ provide: STORAGE, useValue: storage }] });
  const settings = TestBed.inject(Settings);
  TestBed.tick();
  return settings;
}

beforeEach(() => localStorage.clear());

describe('Settings', () => {
  test('begins dark, in UTC, with keys', () => {
    const settings = settingsWith(localStorage);
    expect([settings.theme(), settings.palette(), settings.zone(), settings.shortcuts()]).toEqual([
      'dark',
      'default',
      'utc',
      true,
    ]);
    expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', palette: 'default' });
  });

  test('remembers a choice and shows it', () => {
    const settings = settingsWith(localStorage);
    settings.theme.set('light');
    settings.palette.set('colour-blind');
    TestBed.tick();
    expect(document.documentElement.dataset).toMatchObject({ theme: 'light', palette: 'colour-blind' });
    TestBed.resetTestingModule();
    expect(settingsWith(localStorage).theme()).toBe('light');
  });

  test.each(['', 'not json', '[]', 'null', '{"version":99,"theme":"light"}', '{"version":1,"theme":"pink"}'])(
    'falls back to the defaults when it finds %j',
    (kept) => {
      localStorage.setItem(KEY, kept);
      expect(settingsWith(localStorage).theme()).toBe('dark');
    },
  );

  test('works in a browser that forbids storage or has none left', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(settingsWith(full as unknown as Storage).theme()).toBe('dark');
    TestBed.resetTestingModule();
    expect(settingsWith(undefined).theme()).toBe('dark');
  });
});

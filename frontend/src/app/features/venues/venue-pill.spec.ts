import { TestBed } from '@angular/core/testing';
import { describe, expect, test } from 'vitest';
import { preparePage, settle, wordsOf } from '../../testing/page-test.js';
import { aLiquidation, aVenue } from '../../testing/samples.js';
import { VenuePill } from './venue-pill.js';
import { VenueStore } from './venue-store.js';
import { completenessWord, healthOf, stateWord } from './venue-words.js';

function show(venue = aVenue('okx', 'OKX')): HTMLElement {
  const fixture = TestBed.createComponent(VenuePill);
  fixture.componentRef.setInput('venue', venue);
  TestBed.tick();
  return fixture.nativeElement as HTMLElement;
}

describe('VenuePill', () => {
  test('shows name, state as a word, and the age of the last event', () => {
    preparePage();
    const element = show();
    expect(wordsOf(element.querySelector('button'))).toBe('OKX LIVE 3 s');
    expect(element.querySelector('button')?.getAttribute('aria-label')).toBe(
      'OKX feed live, last event 3 s ago',
    );
    expect(element.querySelector('.pill')?.getAttribute('data-health')).toBe('good');
  });

  test('grows older by the second', async () => {
    const { clock } = preparePage();
    const element = show();
    clock.advance(5_000);
    await settle();
    expect(wordsOf(element.querySelector('.pill-age'))).toBe('8 s');
  });

  test.each([
    ['a newer row of the venue', 'okx', 39, '1 s'],
    ['an older row of the venue', 'okx', 20, '3 s'],
    ['a newer row of another venue', 'binance', 39, '3 s'],
  ])('beside %s its last event is the newer of its own', async (_, venue, second, age) => {
    const { server } = preparePage();
    server.page = () => ({ liquidations: [aLiquidation(second, { venue })], cursor: 'cursor' });
    const element = show();
    await settle(() => server.streams.length > 0);
    expect(wordsOf(element.querySelector('.pill-age'))).toBe(age);
  });

  test('says nothing of an event that never came', () => {
    preparePage();
    const venue = aVenue('okx', 'OKX');
    const element = show({ ...venue, feeds: venue.feeds.map((feed) => ({ ...feed, lastEventAt: null })) });
    expect(wordsOf(element.querySelector('.pill-age'))).toBe('–');
  });

  test('is unknown, not live, while the server is not heard', async () => {
    const { clock, server } = preparePage();
    const element = show();
    server.changeStatus({ state: 'reconnecting', sinceMs: clock.nowMs(), failures: 1 });
    await settle();
    expect(wordsOf(element.querySelector('.pill')), 'a hiccup').toBe('OKX LIVE 3 s');
    clock.advance(1_000);
    await settle();
    expect(wordsOf(element.querySelector('.pill'))).toBe('OKX UNKNOWN 4 s');
    expect(element.querySelector('.pill')?.getAttribute('data-health')).toBe('off');
  });

  test('opens a panel with the sentence, events and gaps of each stream, and what the feed carries', async () => {
    preparePage();
    const element = show(aVenue('okx', 'OKX', 'SILENT', 'Acknowledged, but no message came.'));
    element.querySelector('button')?.click();
    await settle();
    const panel = element.querySelector('[role="dialog"]');
    expect(wordsOf(panel)).toContain('liquidations SILENT Acknowledged, but no message came.');
    expect(wordsOf(panel)).toContain('Events today 12 Gaps today 1');
    expect(wordsOf(panel)).toContain(
      'Carries a sample: totals are a floor. At most one per symbol and second.',
    );
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  });

  test('says in the panel why and until when a venue is not asked by REST, and nothing while it answers', async () => {
    preparePage();
    const venue = aVenue('okx', 'OKX');
    const panelOf = async (shown: typeof venue) => {
      const element = show(shown);
      element.querySelector('button')?.click();
      await settle();
      const words = wordsOf(element.querySelector('[role="dialog"]'));
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
      return words;
    };
    expect(await panelOf(venue)).not.toContain('REST');
    const requests = {
      state: 'BANNED' as const,
      reason: 'It banned this address for asking too often (HTTP 418).',
      since: Date.UTC(2026, 0, 27, 14, 20, 0),
      until: Date.UTC(2026, 0, 27, 14, 40, 0),
    };
    expect(await panelOf({ ...venue, requests })).toContain(
      'Requests (REST) BANNED until 14:40:00 UTC It banned this address for asking too often (HTTP 418). since 14:20:00 UTC',
    );
    expect(await panelOf({ ...venue, requests: null })).not.toContain('REST');
  });

  test('closes with Escape and gives the focus back', async () => {
    preparePage();
    const element = show();
    document.body.append(element);
    const button = element.querySelector('button')!;
    button.click();
    await settle();
    element
      .querySelector('[role="dialog"]')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await settle();
    expect(element.querySelector('[role="dialog"]')).toBeNull();
    expect(document.activeElement).toBe(button);
  });
});

describe('venue words', () => {
  test('a state that this page does not know is a warning, shown as it is', () => {
    expect(healthOf('HAUNTED' as never)).toBe('warning');
    expect(stateWord('HAUNTED' as never, undefined)).toBe('HAUNTED');
  });

  test('a ban says until when', () => {
    expect(stateWord('BANNED', '12:40:00 UTC')).toBe('BANNED until 12:40:00 UTC');
    expect(completenessWord('FULL')).toBe('all liquidations');
  });
});

describe('VenueStore', () => {
  test('what was pushed is newer than what was asked for', async () => {
    const { server } = preparePage();
    server.venues = [aVenue('okx', 'OKX', 'CONNECTING'), aVenue('bybit', 'Bybit')];
    const store = TestBed.inject(VenueStore);
    server.venueFeed.push({ venueStatusChanged: aVenue('okx', 'OKX', 'LIVE') });
    await settle(() => store.venues().length === 2);
    expect(store.venues().map(({ id, status }) => [id, status])).toEqual([
      ['okx', 'LIVE'],
      ['bybit', 'LIVE'],
    ]);
    server.venueFeed.push({ venueStatusChanged: aVenue('okx', 'OKX', 'STALE') });
    await settle(() => store.troubled().length === 1);
    expect(store.nameOf('okx')).toBe('OKX');
  });
});

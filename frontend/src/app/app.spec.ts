import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { App } from './app.js';
import { marksOf, preparePage, settle, wordsOf, type PageTest } from './testing/page-test.js';
import { aVenue } from './testing/samples.js';

let page: PageTest;
beforeEach(() => (page = preparePage()));

async function show(): Promise<HTMLElement> {
  const element = TestBed.createComponent(App).nativeElement as HTMLElement;
  await settle(() => page.server.streams.length > 0);
  return element;
}

describe('App', () => {
  test('marks simulated data for as long as the page is open, and real data not at all', async () => {
    expect((await show()).querySelector('.simulated-band')).toBeNull();
    TestBed.resetTestingModule();
    page = preparePage();
    page.server.system = { ...page.server.system, simulated: true };
    const element = await show();
    expect(wordsOf(element.querySelector('.simulated-band'))).toContain('SIMULATED');
    expect(wordsOf(element.querySelector('.pane-simulated'))).toBe('SIMULATED');
  });

  test('says Connected or Disconnected as soon as the socket changes (S112, S125)', async () => {
    const element = await show();
    const status = () => wordsOf(element.querySelector('.connection-status .status-text'));
    expect(status()).toBe('Connected');
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 1, failures: 2, reason: 'going away' });
    TestBed.tick();
    expect(status()).toBe('Disconnected');
    expect(element.querySelector('.connection-status.disconnected')).not.toBeNull();
    expect(wordsOf(element.querySelector('.outage-band'))).toBe(
      'Disconnected Connection to the server lost (going away), attempt 2.',
    );
    page.server.changeStatus({ state: 'connected', sinceMs: 2, failures: 0 });
    TestBed.tick();
    expect(status()).toBe('Connected');
  });

  test('tells when what arrives cannot be stored', async () => {
    page.server.system = { ...page.server.system, recorder: 'SPOOLING' };
    const element = await show();
    expect(wordsOf(element.querySelector('.outage-band'))).toContain('liquidations wait on the disk');
  });

  test('shows a pill for every venue and the clock of the server', async () => {
    page.server.venues = [aVenue('binance', 'Binance'), aVenue('okx', 'OKX')];
    page.server.system = { ...page.server.system, now: page.clock.nowMs() + 90_000 };
    const element = await show();
    await settle(() => element.querySelectorAll('of-venue-pill').length === 2);
    expect(wordsOf(element.querySelector('.clock'))).toBe('14:29:10 UTC');
  });

  test('Space pauses and the button says so', async () => {
    const element = await show();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
    TestBed.tick();
    expect(element.querySelector('[aria-label="Pause"]')?.getAttribute('aria-pressed')).toBe('true');
  });

  test('the help and the colour settings mark longs down and shorts up', async () => {
    const element = await show();
    const notes = [...element.querySelectorAll('.help-notes b')];
    expect(notes.map((note) => [wordsOf(note), ...marksOf(note)])).toEqual([
      ['LONG', 'down'],
      ['SHORT', 'up'],
    ]);
    element.querySelector<HTMLElement>('[aria-label="Settings"]')?.click();
    await settle();
    const legend = [...element.querySelectorAll('legend')].find((each) => marksOf(each).length > 0);
    expect(wordsOf(legend)).toBe('Colours of shorts and longs liquidated');
    expect(marksOf(legend)).toEqual(['up', 'down']);
  });

  test('the title of the page says what it shows', async () => {
    history.replaceState(null, '', '/?symbol=ETHUSDT');
    await show();
    expect(document.title).toBe('ETHUSDT liquidations · OrderFox');
  });

  test('what is not known yet is a dash and not a zero', async () => {
    page.server.page = () => new Promise(() => undefined) as never;
    const element = TestBed.createComponent(App).nativeElement as HTMLElement;
    await settle();
    expect(wordsOf(element.querySelector('.side-usd'))).toBe('–');
    expect(element.querySelector('.display-sum')).toBeNull();
  });
});

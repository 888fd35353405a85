import { TestBed } from '@angular/core/testing';
import { ApiError } from '@orderfox/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { aBasis, aFundingState, anOpenInterestState } from '../../testing/line-script.js';
import { preparePage, settle, wordsOf, type PageTest } from '../../testing/page-test.js';
import { aSymbol, aVenue } from '../../testing/samples.js';
import { MarketLine } from './market-line.js';

let page: PageTest;
let element: HTMLElement;

beforeEach(async () => {
  page = preparePage();
  page.server.venues = [aVenue('binance', 'Binance'), aVenue('okx', 'OKX')];
  page.server.symbols = [aSymbol('BTCUSDT', 'BTC')];
  history.replaceState(null, '', '/?symbol=BTCUSDT');
  element = TestBed.createComponent(MarketLine).nativeElement as HTMLElement;
  await settle(() => page.server.line.opened.length === 3);
});

const parts = () => [...element.querySelectorAll('.line-part')].map(wordsOf);

describe('MarketLine', () => {
  test('tells open interest and funding of each venue, each with its age', async () => {
    expect(parts()).toEqual(['Open interest not known yet', 'Funding not known yet', 'Basis not known yet']);
    page.server.line.pushOpenInterest(anOpenInterestState());
    page.server.line.pushOpenInterest(anOpenInterestState({ venue: 'okx' }));
    page.server.line.pushFunding(aFundingState());
    page.server.line.pushBasis(aBasis());
    await settle();
    expect(parts()).toEqual([
      'Open interest Binance 5.36B USD 81.23K BTC 12 s OKX 5.36B USD 81.23K BTC 12 s',
      'Funding Binance 10.95% APR 0.0100% / 8 h, in 1:32:20 12 s',
      'Basis 1.26 bps 0.41 bps with USDC in USDT 1 s',
    ]);
  });

  test('a venue that is told again takes its own place', async () => {
    page.server.line.pushOpenInterest(anOpenInterestState());
    await settle();
    page.server.line.pushOpenInterest(anOpenInterestState({ point: null, reason: 'It has none.' }));
    await settle();
    expect(parts()[0]).toContain('Open interest Binance not known LIVE for 27 min: It has none.');
  });

  test('figures grow old before the eyes of the viewer, and count down', async () => {
    page.server.line.pushFunding(aFundingState());
    await settle();
    page.clock.advance(180_000);
    await settle();
    expect(parts()[1]).toBe('Funding Binance 10.95% APR 0.0100% / 8 h, in 1:29:20 old, 3 min');
    expect(element.querySelector('.line-old')).not.toBeNull();
  });

  test('what was told before the server was lost is old', async () => {
    page.server.line.pushFunding(aFundingState());
    page.server.changeStatus({ state: 'reconnecting', sinceMs: page.clock.nowMs(), failures: 1 });
    await settle();
    page.clock.advance(2_000);
    await settle();
    expect(parts()[1]).toContain('old, 14 s');
  });

  test('says what the server refuses, and that it works again', async () => {
    page.server.line.opened[0]?.retried(new ApiError('UNAVAILABLE', 'Too much is followed.'));
    page.clock.advance(5_000);
    await settle();
    expect(parts()[0]).toBe('Open interest Too much is followed. (5 s)');
    page.server.line.pushOpenInterest(anOpenInterestState());
    await settle();
    expect(element.querySelector('.line-trouble')).toBeNull();
  });

  test('another market begins with nothing known (S119)', async () => {
    page.server.line.pushFunding(aFundingState());
    await settle();
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => page.server.line.opened.length === 6);
    expect(page.server.line.opened.slice(0, 3).map(({ feed }) => feed.left)).toEqual([true, true, true]);
    expect(parts()[1]).toBe('Funding not known yet');
  });
});

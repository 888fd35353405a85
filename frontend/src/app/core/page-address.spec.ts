import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { PageAddress, readAmount, readView, writeView } from './page-address.js';

afterEach(() => history.replaceState(null, '', '/'));

describe('view and address', () => {
  test('every view survives being written and read', () => {
    const view = fc.record({
      symbol: fc.option(fc.stringMatching(/^[A-Z0-9]{2,20}$/), { nil: undefined }),
      venues: fc
        .uniqueArray(fc.constantFrom('binance', 'okx', 'bybit', 'kraken-futures'))
        .map((ids) => ids.sort()),
      side: fc.constantFrom('long' as const, 'short' as const, undefined),
      minUsd: fc.option(fc.integer({ min: 1, max: 10_000_000 }).map(String), { nil: undefined }),
      timeframe: fc.constantFrom('5m', '1d', '7m', '1w', '1M', undefined),
    });
    fc.assert(
      fc.property(view, (each) => {
        expect(readView(writeView(each))).toEqual(each);
      }),
    );
  });

  test('takes what it does not understand as absent, whatever it is', () => {
    expect(readView('?symbol=<script>&venues=a b,%00&side=up&minUsd=lots&tf=5y')).toEqual({
      symbol: undefined,
      venues: [],
      side: undefined,
      minUsd: undefined,
      timeframe: undefined,
    });
    fc.assert(
      fc.property(fc.string(), (search) => {
        expect(() => readView(search)).not.toThrow();
      }),
    );
  });

  test.each([
    ['10k', '10000'],
    ['1.5M', '1500000'],
    ['1.2345k', '1234.5'],
    ['25,000', '25000'],
    ['0', undefined],
    ['', undefined],
    ['-5', undefined],
    ['1e9', undefined],
  ])('reads the amount %s as %s', (typed, amount) => {
    expect(readAmount(typed)).toBe(amount);
  });
});

describe('PageAddress', () => {
  test('begins with what the address says, and hands it to the API in its own words', () => {
    history.replaceState(null, '', '/?symbol=btcusdt&venues=okx&minUsd=10000&side=short');
    expect(TestBed.inject(PageAddress).filter()).toEqual({
      symbols: ['BTCUSDT'],
      venues: ['okx'],
      liquidatedSide: 'SHORT',
      minNotionalUsd: '10000',
    });
  });

  test('writes a change into the address and follows the back button', () => {
    const address = TestBed.inject(PageAddress);
    address.change({ symbol: 'ETHUSDT', venues: ['okx', 'binance'] });
    TestBed.tick();
    expect(location.search).toBe('?symbol=ETHUSDT&venues=binance,okx');

    history.replaceState(null, '', '/?symbol=SOLUSDT');
    dispatchEvent(new PopStateEvent('popstate'));
    expect(address.symbol()).toBe('SOLUSDT');
  });

  test('an equal view is no change, so that nothing is asked again', () => {
    const address = TestBed.inject(PageAddress);
    address.change({ symbol: 'ETHUSDT' });
    const filter = address.filter();
    address.change({ symbol: 'ETHUSDT', venues: [] });
    expect(address.filter()).toBe(filter);
  });
});

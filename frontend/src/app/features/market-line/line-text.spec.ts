import { describe, expect, test } from 'vitest';
import { aBasis, aFundingState, anOpenInterestState, LINE_NOW_MS } from '../../testing/line-script.js';
import { basisValue, countdown, fundingValue, openInterestValue } from './line-text.js';

describe('openInterestValue', () => {
  test('is dollars and coins, with its age and exact values', () => {
    expect(openInterestValue(anOpenInterestState(), 'BTC', LINE_NOW_MS)).toEqual({
      isKnown: true,
      isOld: false,
      text: '5.36B USD',
      detail: '81.23K BTC',
      age: '12 s',
      hint: '81,230.5 BTC, one side of all open contracts; 5,361,213,000 USD; LIVE: The venue answers.',
    });
  });

  test('without a price it is coins, and says so', () => {
    const { point } = anOpenInterestState();
    const state = anOpenInterestState({
      point: point && { ...point, openInterestUsd: null, openInterestUsdFormatted: null },
    });
    expect(openInterestValue(state, 'BTC', LINE_NOW_MS)).toMatchObject({
      text: '81.23K BTC',
      detail: 'no price to reckon USD',
    });
  });

  test('what is too old is called old, whether the server says so or nothing was heard of it', () => {
    expect(openInterestValue(anOpenInterestState({ isStale: true }), 'BTC', LINE_NOW_MS).isOld).toBe(true);
    expect(openInterestValue(anOpenInterestState(), 'BTC', LINE_NOW_MS + 167_999).isOld).toBe(false);
    expect(openInterestValue(anOpenInterestState(), 'BTC', LINE_NOW_MS + 168_000).isOld).toBe(true);
  });

  test('what is not known is not known, with why and since when', () => {
    const state = anOpenInterestState({
      point: null,
      state: 'BANNED',
      reason: 'The venue answers 418.',
      since: LINE_NOW_MS - 60_000,
    });
    expect(openInterestValue(state, 'BTC', LINE_NOW_MS)).toMatchObject({
      isKnown: false,
      text: 'not known',
      detail: 'BANNED for 1 min: The venue answers 418.',
      age: '',
    });
  });
});

describe('fundingValue', () => {
  test('is brought to a year, with the rate, its real interval and when it is due', () => {
    expect(fundingValue(aFundingState(), LINE_NOW_MS)).toMatchObject({
      text: '10.95% APR',
      detail: '0.0100% / 8 h, in 1:32:20',
      age: '12 s',
    });
    expect(fundingValue(aFundingState(), LINE_NOW_MS).hint).toContain('longs pay shorts');
  });

  test('below zero shorts pay longs', () => {
    const { point } = aFundingState();
    const state = aFundingState({ point: point && { ...point, rate: '-0.0001' } });
    expect(fundingValue(state, LINE_NOW_MS).hint).toContain('shorts pay longs');
  });

  test('says nothing of a time that the venue does not say', () => {
    const { point } = aFundingState();
    const state = aFundingState({ point: point && { ...point, nextFundingAt: null } });
    expect(fundingValue(state, LINE_NOW_MS).detail).toBe('0.0100% / 8 h');
  });
});

describe('basisValue', () => {
  test('is as old as the older of its two prices, and says how USDC was reckoned', () => {
    expect(basisValue(aBasis(), LINE_NOW_MS)).toMatchObject({
      text: '1.26 bps',
      detail: '0.41 bps with USDC in USDT',
      age: '1 s',
    });
    const plain = aBasis({ adjustedBasisBps: null, adjustedBasisBpsFormatted: null, stableCoinRate: null });
    expect(basisValue(plain, LINE_NOW_MS).detail).toBe('as if USDC were USDT');
    expect(basisValue(plain, LINE_NOW_MS).hint).toContain('The index of OKX.');
  });

  test('is not known where a side is missing, with why and since when', () => {
    const basis = aBasis({
      basisBps: null,
      basisBpsFormatted: null,
      state: 'RESYNCING',
      reason: 'OKX: changes were missed.',
      since: LINE_NOW_MS - 3_000,
    });
    expect(basisValue(basis, LINE_NOW_MS)).toMatchObject({
      text: 'not known',
      detail: 'RESYNCING for 3 s: OKX: changes were missed.',
    });
  });
});

describe('countdown', () => {
  test.each([
    [0, 'due'],
    [-1, 'due'],
    [999, 'in 0:00:00'],
    [61_000, 'in 0:01:01'],
    [25_509_000, 'in 7:05:09'],
  ])('of %i ms is %s', (ms, text) => {
    expect(countdown(ms)).toBe(text);
  });
});

import { describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import fc from 'fast-check';
import { type CatalogueProblem } from '../symbols/catalogue-state.js';
import { type MarketAbsence } from '../symbols/market-finder.js';
import { legOf, MAX_LEG_AGE_MS } from './basis-leg.js';
import { basisPairOf } from './basis-pair.js';
import { BASIS_PLACES, differenceBps, viewBasis } from './basis-view.js';

const PRESENT = { nowMs: 1_000_000, monotonicMs: 50_000, lookedAtSinceMs: 7 };
const MISSING = {
  ...{ venue: 'okx', symbol: 'SOLUSDC', venueSymbol: 'SOL-USDC-SWAP', state: 'LIVE' as const },
  ...{ reason: 'the book is whole', sinceMs: 5, tickSize: parseDecimal('1'), rounding: parseDecimal('1') },
} as const;
const BOOK = { ...MISSING, mid: parseDecimal('100'), venueTimeMs: 999_000 };
const { okx: SIDE } = basisPairOf('SOL');

describe('differenceBps', () => {
  test.each([
    ['100.03', '100', 3],
    ['99.97', '100', -3],
    ['100', '100', 0],
    ['1', '3', -6666.6667],
    ['0.00000412005', '0.00000412', 0.1214],
  ])('says that %s is above %s by %d', (a, b, bps) => {
    expect(differenceBps(parseDecimal(a), parseDecimal(b))).toBe(bps);
  });

  test('is the exact figure to four places, for any prices', () => {
    const price = fc.tuple(fc.bigInt(1n, 10n ** 15n), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(price, price, ([a, aPlaces], [b, bPlaces]) => {
        const text = (units: bigint, places: number) => {
          const digits = String(units).padStart(places + 1, '0');
          return parseDecimal(places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`);
        };
        // In units of the smallest place of either.
        const [x, y] = [a * 10n ** BigInt(12 - aPlaces), b * 10n ** BigInt(12 - bPlaces)];
        const scaled = (x - y) * 10n ** BigInt(4 + BASIS_PLACES) * 2n;
        const told = differenceBps(text(a, aPlaces), text(b, bPlaces));
        const size = scaled < 0n ? -scaled : scaled;
        const rounded = (size / y + 1n) / 2n;
        const exact = Number(scaled < 0n ? -rounded : rounded) / 10 ** BASIS_PLACES;
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(Math.abs(exact) * 1e-12);
      }),
    );
  });
});

describe('legOf', () => {
  const leg = (heardMs: number | undefined, view: Parameters<typeof legOf>[1]['view'] = BOOK) =>
    legOf(SIDE, { absence: undefined, view, heardMs }, PRESENT);

  test('has a middle up to the age at which a book counts as stale, and none beyond', () => {
    expect(leg(50_000 - MAX_LEG_AGE_MS)).toMatchObject({ state: 'LIVE', mid: '100', ageMs: MAX_LEG_AGE_MS });
    const stale = leg(50_000 - MAX_LEG_AGE_MS - 250);
    expect(stale).toMatchObject({ state: 'STALE', ageMs: MAX_LEG_AGE_MS + 250, sinceMs: 1_000_000 - 250 });
    expect(stale.mid).toBeUndefined();
    expect(leg(undefined).mid).toBeUndefined();
  });

  test('says what a book says that is not whole, and tells what is not listed from what is not followed', () => {
    const missing = { ...MISSING, state: 'RESYNCING' as const, reason: 'changes were missed' };
    expect(leg(49_000, missing)).toMatchObject({
      state: 'RESYNCING',
      reason: 'changes were missed',
      ageMs: 1_000,
    });
    const without = (absence: MarketAbsence | undefined) =>
      legOf(SIDE, { absence, view: undefined, heardMs: undefined }, PRESENT);
    const unlisted = without({ kind: 'NOT_LISTED' });
    expect(unlisted).toMatchObject({ state: 'ERROR', sinceMs: 7 });
    expect(unlisted.reason).toMatch(/SOL-USDC-SWAP is not listed at okx/);
    expect(without(undefined).reason).toMatch(/too many/);
    expect(without({ kind: 'NOT_CONFIGURED' })).toMatchObject({
      state: 'ERROR',
      reason: 'okx is not configured',
    });
  });

  test('claims nothing of a contract while the list that would have it is not loaded, and says why it is not', () => {
    const unloaded = (failure?: CatalogueProblem['failure']) =>
      legOf(
        SIDE,
        {
          absence: {
            kind: 'NOT_LOADED',
            problem: { ...(failure && { failure }), message: 'no answer', sinceMs: 3, retryAtMs: 9 },
          },
          view: undefined,
          heardMs: undefined,
        },
        PRESENT,
      );
    expect(unloaded('NETWORK')).toMatchObject({
      state: 'RESYNCING',
      sinceMs: 3,
      reason: 'whether okx lists SOL-USDC-SWAP is not known: its list of contracts is not loaded; no answer',
    });
    expect(unloaded().state).toBe('RESYNCING');
    expect(unloaded('GEO_BLOCKED').state).toBe('GEO_BLOCKED');
    const first = legOf(
      SIDE,
      { absence: { kind: 'NOT_LOADED' }, view: undefined, heardMs: undefined },
      PRESENT,
    );
    expect(first).toMatchObject({ state: 'CONNECTING', sinceMs: 7 });
    expect(first.reason).toMatch(/is not loaded yet$/);
  });
});

test('a basis is as its worse side, and the adjusted one needs the rate', () => {
  const pair = basisPairOf('SOL');
  const times = { timeMs: 1, sinceMs: 2 };
  const side = { venue: 'okx', venueSymbol: 'X', sinceMs: 0 };
  const without = { ...side, state: 'STALE' as const, reason: 'nothing was heard' };
  const whole = { ...side, state: 'LIVE' as const, reason: '', mid: parseDecimal('100') };
  const binance = { ...whole, venue: 'binance', mid: parseDecimal('100.05') };
  const rate = { rate: parseDecimal('1.0003'), ageMs: 3, reason: 'by the index USDC-USDT' };
  expect(viewBasis(pair, { binance, okx: whole }, rate, times)).toMatchObject({
    symbol: 'SOLUSDT',
    state: 'LIVE',
    basisBps: 5,
    adjustedBasisBps: 1.9994,
  });
  expect(viewBasis(pair, { binance, okx: whole }, { reason: 'none yet' }, times)).not.toHaveProperty(
    'adjustedBasisBps',
  );
  const missing = viewBasis(pair, { binance, okx: without }, rate, times);
  expect(missing).toMatchObject({ state: 'STALE', reason: 'okx: nothing was heard' });
  expect(missing).not.toHaveProperty('basisBps');
});

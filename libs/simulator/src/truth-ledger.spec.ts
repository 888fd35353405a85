import { describe, expect, test } from '@jest/globals';
import { TruthLedger, type WireFact } from './truth-ledger.js';

const fact = (identity: string, venue = 'binance'): WireFact => ({
  venue,
  venueSymbol: 'BTCUSDT',
  identity,
  side: 'SELL',
  liquidatedSide: 'LONG',
  wireQuantity: '1',
  wirePrice: '2',
  venueTimeMs: 3,
  recordable: true,
  row: '{}',
});

describe('TruthLedger', () => {
  test('tells the first emission of every identity', () => {
    const ledger = new TruthLedger();
    for (const identity of ['a', 'b', 'a']) ledger.record(fact(identity), 0);
    expect(ledger.events()).toHaveLength(3);
    expect(ledger.distinct().map(({ id }) => id)).toEqual([1, 2]);
  });

  test('keeps the newest events and counts those it dropped', () => {
    const ledger = new TruthLedger(3);
    for (let at = 0; at < 10; at++) {
      ledger.record(fact(String(at)), 0);
      expect(ledger.events().length).toBeLessThanOrEqual(3);
    }
    expect(ledger.events().map(({ identity }) => identity)).toEqual(['7', '8', '9']);
    expect(ledger.dropped).toBe(7);
  });

  test('knows per socket how far an event got, and never lets it fall back', () => {
    const ledger = new TruthLedger();
    const event = ledger.record(fact('a'), 0);
    ledger.mark(event, 'binance-1', 'WITHHELD');
    expect(ledger.delivered()).toEqual([]);
    ledger.mark(event, 'binance-1', 'WRITING', true);
    ledger.mark(event, 'binance-1', 'CONFIRMED');
    ledger.mark(event, 'binance-1', 'FLUSHED');
    ledger.mark(event, 'binance-2', 'FAILED');
    expect(event.deliveries.get('binance-1')).toEqual({ socket: 'binance-1', state: 'CONFIRMED', copies: 1 });
    expect(ledger.deliveredTo('binance-1', 'CONFIRMED')).toEqual([event]);
    expect(ledger.deliveredTo('binance-2')).toEqual([]);
    expect(ledger.delivered('FLUSHED', 'okx')).toEqual([]);
  });

  test('hands out copies that later events do not change', () => {
    const ledger = new TruthLedger();
    const before = ledger.events();
    ledger.record(fact('a'), 0);
    expect(before).toEqual([]);
  });
});

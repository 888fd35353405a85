import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { CLIENT_LIMITS } from '../../core/clients/client-limits.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { ApiError } from '../../core/graphql-errors.js';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { tradeKey } from '../trades/trade-market.js';
import { BarReader } from './bar-reader.js';
import { BarStreams } from './bar-streams.js';
import { storedOf } from './stored-bars-for-tests.js';

const START = Date.parse('2026-11-21T12:00:00Z');
const STANDING = 'BTCUSDT';

let clock: FakeClock;
let streams: BarStreams;
/** Markets that boards have followed now, once for each. */
let kept: string[];
let admitted: string[];

beforeEach(() => {
  clock = new FakeClock(START);
  [kept, admitted] = [[], []];
  const quiet = () => undefined;
  streams = new BarStreams({
    reader: new BarReader(
      { stored: () => Promise.resolve(storedOf({ coveredMs: START, groups: [] })) },
      { marketOf: () => undefined },
      () => undefined,
    ),
    trades: {
      keep: (market) => {
        const key = tradeKey(market);
        kept.push(key);
        return () => void kept.splice(kept.indexOf(key), 1);
      },
      admit: (key) => void admitted.push(key),
      stands: (key) => key === tradeKey(tradeMarket(undefined, STANDING)),
    },
    clients: { ...CLIENT_LIMITS, marketsPerClient: 2 },
    clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    maxBoards: 2,
  });
});

const watch = (name: string, timeframe = '1m') =>
  streams.open(tradeMarket(undefined, name), parseTimeframe(timeframe)).source.subscribe(() => undefined);

describe('live bars', () => {
  test('of SYMBOLS have places that clients cannot take, by the usual timeframes', () => {
    watch('AUSDT');
    // There is no end of other timeframes.
    watch(STANDING, '7m');
    expect(() => watch('BUSDT')).toThrow(/2 markets and timeframes are followed already/);
    for (const timeframe of ['1m', '5m', '1d', '1M']) watch(STANDING, timeframe);
    expect(() => watch(STANDING, '11m')).toThrow(ApiError);
    expect([streams.boardCount, streams.refused]).toEqual([6, 2]);
    streams.close();
  });

  test('take no place of what others look at, whoever has looked before', () => {
    const leave = watch('AUSDT');
    watch('BUSDT');
    watch(STANDING);
    leave();
    watch('CUSDT');
    expect(streams.boardCount).toBe(3);
    expect(() => watch('AUSDT')).toThrow(/already/);
    streams.close();
  });

  test('have their market followed while somebody looks and no longer, and are there at once for who comes back', () => {
    const key = tradeKey(tradeMarket(undefined, 'AUSDT'));
    const leave = watch('AUSDT');
    const other = watch('AUSDT');
    leave();
    expect(kept).toEqual([key]);
    other();
    expect([kept, streams.boardCount]).toEqual([[], 1]);
    clock.advance(29_000);
    const back = watch('AUSDT');
    expect([kept, streams.boardCount]).toEqual([[key], 1]);
    back();
    clock.advance(30_000);
    expect([kept, streams.boardCount]).toEqual([[], 0]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('are a share for each client, of bars and of trades; those of SYMBOLS are not counted', () => {
    const admit = (name: string, timeframe = '1m') => {
      const life = new OperationLife('192.0.2.1');
      streams.admit(tradeMarket(undefined, name), parseTimeframe(timeframe), life);
      return life;
    };
    const first = admit('AUSDT');
    admit('AUSDT', '5m');
    for (const timeframe of ['1m', '5m', '1h']) admit(STANDING, timeframe);
    expect(() => admit('AUSDT', '15m')).toThrow(/may follow 2 series of bars/);
    expect(() => admit(STANDING, '7m')).toThrow(ApiError);
    first.end();
    admit(STANDING, '7m');
    expect(streams.refused).toBe(2);
    expect(new Set(admitted)).toEqual(
      new Set(['AUSDT', STANDING].map((name) => tradeKey(tradeMarket(undefined, name)))),
    );
  });
});

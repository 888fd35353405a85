import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Instrument, type Trade } from '@orderfox/domain';
import { FakeClock, VenueError } from '@orderfox/feed';
import { CLIENT_LIMITS } from '../../core/clients/client-limits.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import {
  PastDouble,
  settled,
  trade,
  tradeMarket,
  tradesBetween,
  TradeSocketDouble,
} from './trade-double-for-tests.js';
import { tradeKey, type TapedTrade, type TradeMarket } from './trade-market.js';
import { TradesOut, type TradeNews } from './trade-news.js';
import { TradeStreams, type TradeLimits } from './trade-streams.js';

const START = Date.UTC(2026, 10, 21, 12);
let clock: FakeClock;
let sockets: TradeSocketDouble[];
let past: PastDouble;
let streams: TradeStreams;
let now: (instrument: Instrument) => Instrument;

function make(limits: Partial<TradeLimits> = {}, clients = CLIENT_LIMITS): void {
  const quiet = () => undefined;
  streams = new TradeStreams({
    http: () => Promise.reject(new Error('nobody asks')),
    openSocket: (options) => {
      const socket = new TradeSocketDouble(options);
      sockets.push(socket);
      return socket;
    },
    clock,
    random: () => 0.5,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    limits: { followed: 100, kept: 500, perSecond: 10_000, ...limits },
    clients,
    instrumentNow: (instrument) => now(instrument),
  });
}

beforeEach(() => {
  clock = new FakeClock(START);
  sockets = [];
  past = new PastDouble();
  now = (instrument) => instrument;
  make();
});
afterEach(() => streams.close());

/** Somebody who listens: what was told, and how to leave. `isCongested` says how fast it reads. */
function listen(market: TradeMarket, isCongested = () => false) {
  const { topic, filter } = streams.open(market);
  const news: TradeNews[] = [];
  const failures: unknown[] = [];
  const rendered = new Map<string, TradeNews>();
  const renderer = topic.rendererOf((one) => {
    rendered.set(String(one.position), one);
    return Buffer.from(String(one.position));
  });
  const recipient = {
    deliver: (body: Uint8Array) => {
      const one = rendered.get(String(body));
      if (one !== undefined) news.push(one);
    },
    get isCongested() {
      return isCongested();
    },
    uncongested: () => new Promise<void>(() => undefined),
  };
  const place = topic.join({ filter, renderer, recipient, onFailed: (error) => failures.push(error) });
  const told = () => news.filter((one): one is TapedTrade => !(one instanceof TradesOut));
  const ids = () => told().map(({ tradeId }) => tradeId);
  const gaps = () =>
    told().flatMap(({ tradeId, isAfterGap, missedBefore }) => (isAfterGap ? [[tradeId, missedBefore]] : []));
  return { news, failures, told, ids, gaps, leave: () => place.stop() };
}

const socket = () => {
  const newest = sockets.at(-1);
  if (newest === undefined) throw new Error('no connection was opened');
  return newest;
};
const texts = (trades: readonly Trade[]) => trades.map(({ tradeId }) => tradeId);

describe('trades with numbers', () => {
  test('are told once and in order, also where they come twice', async () => {
    const listener = listen(tradeMarket(past));
    socket().say(...tradesBetween(100, 105));
    socket().say(...tradesBetween(103, 107));
    await settled();
    expect(listener.ids()).toEqual(texts(tradesBetween(100, 107)));
    expect([listener.gaps(), streams.counts().known]).toEqual([[], 3]);
  });

  test('wait behind a hole until it is filled', async () => {
    const listener = listen(tradeMarket(past));
    socket().say(trade(100));
    await past.answer();
    socket().say(trade(105));
    socket().say(trade(106));
    await settled();
    expect(listener.ids()).toEqual(['100']);
    expect(past.asked.slice(1)).toEqual([{ fromId: 101, rows: 4 }]);
    // Nothing is told twice, whatever the venue adds.
    await past.answer(...tradesBetween(99, 106));
    expect(listener.ids()).toEqual(texts(tradesBetween(100, 106)));
    expect([listener.gaps(), streams.counts().refilled]).toEqual([[], 4]);
  });

  test('are asked for page by page', async () => {
    const listener = listen(tradeMarket(past));
    socket().say(trade(100));
    await past.answer();
    socket().say(trade(1_700));
    await past.answer(...tradesBetween(101, 1_100));
    expect(past.asked.slice(1)).toEqual([
      { fromId: 101, rows: 1_000 },
      { fromId: 1_101, rows: 599 },
    ]);
    await past.answer(...tradesBetween(1_101, 1_699));
    expect(listener.ids()).toEqual(texts(tradesBetween(100, 1_700)));
  });

  test('behind a second hole wait for that', async () => {
    const listener = listen(tradeMarket(past));
    socket().say(trade(100));
    await past.answer();
    socket().say(trade(102), trade(104), trade(105));
    await past.answer(trade(101));
    expect(listener.ids()).toEqual(['100', '101', '102']);
    await past.answer(trade(103));
    expect(listener.ids()).toEqual(texts(tradesBetween(100, 105)));
  });

  test.each([
    ['the venue does not answer', () => past.fail(new VenueError('UNAVAILABLE', 'it is down')), 4],
    ['the venue has them no more', () => past.answer(), 4],
    ['the venue has some of them', () => past.answer(trade(103), trade(104)), 2],
    [
      'it takes too long',
      async () => {
        clock.advance(10_000);
        await settled();
      },
      4,
    ],
  ])('are told to be missing where %s', async (_, answer, missing) => {
    const listener = listen(tradeMarket(past));
    socket().say(trade(100));
    await past.answer();
    socket().say(trade(105), trade(106));
    await answer();
    const [first] = missing === 2 ? ['103'] : ['105'];
    expect(listener.gaps()).toEqual([[first, missing]]);
    expect(listener.ids().slice(-2)).toEqual(['105', '106']);
    expect(streams.counts().gaps).toBe(1);
    // What is given up is not told afterwards.
    await past.answer(...tradesBetween(101, 104));
    socket().say(trade(107));
    await settled();
    expect(new Set(listener.ids()).size).toBe(listener.ids().length);
  });

  test('wait for what is missing before them, and not for an answer that comes too late', async () => {
    const listener = listen(tradeMarket(past));
    socket().say(trade(100));
    await past.answer();
    socket().say(trade(102));
    clock.advance(10_000);
    socket().say(trade(105));
    await past.answer(trade(101));
    expect(listener.ids()).toEqual(['100', '102']);
    expect(past.asked.length).toBe(3);
    await past.answer(trade(103), trade(104));
    expect(listener.ids()).toEqual(['100', '102', '103', '104', '105']);
    expect(listener.gaps()).toEqual([['102', 1]]);
  });

  test('are not asked for where too many are missing', async () => {
    const listener = listen(tradeMarket(past));
    socket().say(trade(100));
    await past.answer();
    socket().say(trade(5_102));
    await settled();
    expect(listener.gaps()).toEqual([['5102', 5_001]]);
    expect(past.asked.length).toBe(1);
  });

  test('do not wait in any number', async () => {
    const listener = listen(tradeMarket(past), () => false);
    socket().say(trade(100));
    await past.answer();
    socket().say(trade(102), ...tradesBetween(103, 5_102));
    await settled();
    expect(listener.gaps()).toEqual([['102', 1]]);
  });

  test('need no word of a connection that was lost: their numbers tell', async () => {
    const listener = listen(tradeMarket(past));
    socket().say(trade(100));
    socket().become('RESYNCING');
    socket().become('LIVE');
    socket().say(trade(101));
    await settled();
    expect(listener.gaps()).toEqual([]);
  });
});

describe('trades without numbers', () => {
  test('are told once', async () => {
    const listener = listen(tradeMarket());
    socket().say(trade('a'), trade('b'), trade('a'));
    await settled();
    expect(listener.ids()).toEqual(['a', 'b']);
  });

  test('may be missing after a lost connection, once, and not after a slow one', async () => {
    const listener = listen(tradeMarket());
    socket().become('LIVE');
    socket().say(trade('a'));
    socket().become('STALE');
    socket().become('LIVE');
    socket().say(trade('b'));
    socket().become('RESYNCING', 'the connection was lost');
    socket().become('RESYNCING', 'the host is not found');
    socket().become('LIVE');
    socket().say(trade('c'), trade('d'));
    await settled();
    expect(listener.gaps()).toEqual([['c', undefined]]);
    expect(listener.news.filter((one) => one instanceof TradesOut)).toMatchObject([
      { error: { extensions: { code: 'UNAVAILABLE', state: 'RESYNCING' } } },
    ]);
  });

  test('are missing where a row cannot be read', async () => {
    const listener = listen(tradeMarket());
    socket().say(trade('a'));
    socket().sayBroken(1, trade('b'), trade('c'));
    socket().say(trade('d'), trade('e'));
    await settled();
    expect(listener.gaps().map(([id]) => id)).toEqual(['b', 'd']);
    expect(streams.counts().unreadable).toBe(1);
  });

  test('are missing in all markets where a frame cannot be read', async () => {
    const listeners = ['BTCUSDT', 'ETHUSDT'].map((name) => listen(tradeMarket(undefined, name)));
    const numbered = listen(tradeMarket(past, 'XRPUSDT'));
    const say = (id: string, number: number) => {
      for (const venueSymbol of ['BTCUSDT', 'ETHUSDT']) socket().say(trade(id, { venueSymbol }));
      socket().say(trade(number, { venueSymbol: 'XRPUSDT' }));
    };
    say('a', 1);
    socket().sayUnreadable();
    say('b', 2);
    say('c', 3);
    await settled();
    for (const { gaps } of listeners) expect(gaps()).toEqual([['b', undefined]]);
    // Nothing was in it of those whose numbers go on.
    expect([numbered.ids(), numbered.gaps()]).toEqual([['1', '2', '3'], []]);
    expect(streams.counts().unreadable).toBe(1);
  });

  test('are shed where too many come, which is told and counted', async () => {
    await streams.close();
    make({ perSecond: 100 });
    const listener = listen(tradeMarket());
    socket().say(...Array.from({ length: 150 }, (_, index) => trade(`t${index}`)));
    clock.advance(1_000);
    socket().say(trade('later'));
    await settled();
    expect(listener.ids().length).toBe(101);
    expect(listener.gaps()).toEqual([['later', undefined]]);
    expect(streams.counts().shed).toBe(50);
  });
});

test('numbered trades that were shed are not asked for', async () => {
  await streams.close();
  make({ perSecond: 100 });
  const listener = listen(tradeMarket(past));
  socket().say(...tradesBetween(1, 150));
  clock.advance(1_000);
  socket().say(trade(151));
  await settled();
  expect(listener.gaps()).toEqual([['151', 50]]);
  expect(past.asked.filter(({ fromId }) => fromId > 1)).toEqual([]);
});

describe('a question', () => {
  test('gets what happened before the first trade', async () => {
    const answer = streams.read(tradeMarket(past), 4);
    socket().become('LIVE');
    socket().say(trade(1_000));
    await settled();
    expect(past.asked).toEqual([{ fromId: 500, rows: 500 }]);
    await past.answer(...tradesBetween(990, 999));
    expect(texts(await answer)).toEqual(['1000', '999', '998', '997']);
  });

  test('waits three seconds for a quiet market, and no longer', async () => {
    const answer = streams.read(tradeMarket(), 4);
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    socket().become('LIVE');
    clock.advance(2_900);
    await settled();
    expect(isAnswered).toBe(false);
    clock.advance(100);
    expect(await answer).toEqual([]);
  });

  test('fails with what is wrong and since when', async () => {
    const answer = streams.read(tradeMarket(), 4);
    socket().become('GEO_BLOCKED', 'not offered here');
    await expect(answer).rejects.toMatchObject({
      message: expect.stringMatching(/not offered here/),
      extensions: { code: 'UNAVAILABLE', state: 'GEO_BLOCKED', since: START },
    });
  });

  test('fails where the venue refuses the market', async () => {
    const answer = streams.read(tradeMarket(), 4);
    socket().refusedTopics.set('BTCUSDT', 'no such symbol');
    socket().become('LIVE');
    await expect(answer).rejects.toMatchObject({ message: expect.stringMatching(/no such symbol/) });
  });

  test('ends with its signal', async () => {
    const gone = new AbortController();
    const answer = streams.read(tradeMarket(), 4, gone.signal);
    gone.abort(new Error('nobody waits'));
    await expect(answer).rejects.toThrow('nobody waits');
  });
});

describe('what is followed', () => {
  test('goes on for a minute after the last has left', async () => {
    const { leave } = listen(tradeMarket());
    clock.advance(300_000);
    expect(streams.counts().markets).toBe(1);
    leave();
    clock.advance(58_000);
    expect(streams.counts().markets).toBe(1);
    clock.advance(3_000);
    expect(streams.counts()).toMatchObject({ markets: 0, connections: 0 });
    expect(socket().isStopped).toBe(true);
    await settled();
  });

  test('is bounded: what nobody wants makes room, what somebody wants does not', () => {
    make({ followed: 2 });
    const first = listen(tradeMarket(undefined, 'AUSDT'));
    listen(tradeMarket(undefined, 'BUSDT'));
    expect(() => listen(tradeMarket(undefined, 'CUSDT'))).toThrow(/2 markets are followed already/);
    clock.advance(2_000);
    first.leave();
    listen(tradeMarket(undefined, 'CUSDT'));
    expect(socket().topics).toEqual(['BUSDT', 'CUSDT']);
    expect(streams.counts().refused).toBe(1);
  });

  test('is not held by who has read it, and is by who is about to listen', async () => {
    make({ followed: 2 });
    const life = new OperationLife('192.0.2.1');
    const joining = tradeMarket(undefined, 'AUSDT');
    streams.admit(tradeKey(joining), life);
    streams.open(joining);
    const answer = streams.read(tradeMarket(undefined, 'BUSDT'), 4);
    listen(tradeMarket(undefined, 'CUSDT'));
    expect(socket().topics).toEqual(['AUSDT', 'CUSDT']);
    expect(() => listen(tradeMarket(undefined, 'DUSDT'))).toThrow(/2 markets are followed already/);
    life.end();
    listen(tradeMarket(undefined, 'DUSDT'));
    expect(socket().topics).toEqual(['CUSDT', 'DUSDT']);
    clock.advance(3_000);
    await answer.catch(() => undefined);
  });

  test('is a share for each client, what is followed always apart', () => {
    make({}, { ...CLIENT_LIMITS, marketsPerClient: 1 });
    const admit = (name: string, client: string) => {
      const life = new OperationLife(client);
      streams.admit(tradeKey(tradeMarket(undefined, name)), life);
      return life;
    };
    const leave = streams.stand(tradeMarket(undefined, 'SUSDT'));
    const held = [admit('AUSDT', '192.0.2.1'), admit('AUSDT', '192.0.2.1'), admit('SUSDT', '192.0.2.1')];
    expect(() => admit('BUSDT', '192.0.2.1')).toThrow(/may follow 1 tapes of markets outside SYMBOLS/);
    admit('BUSDT', '192.0.2.2');
    expect(streams.counts().refused).toBe(1);
    for (const life of held) life.end();
    admit('BUSDT', '192.0.2.1');
    leave();
  });

  test('has places for what is followed always that nobody else can take, and takes none of theirs', () => {
    make({ followed: 3, reserved: 1 });
    listen(tradeMarket(undefined, 'AUSDT'));
    listen(tradeMarket(undefined, 'BUSDT'));
    expect(() => listen(tradeMarket(undefined, 'CUSDT'))).toThrow(/2 markets are followed already/);
    const leave = streams.stand(tradeMarket(undefined, 'SUSDT'));
    expect(streams.counts()).toMatchObject({ markets: 3, refused: 1 });
    // Who looks at it as well takes no place either.
    listen(tradeMarket(undefined, 'SUSDT'));
    expect(() => listen(tradeMarket(undefined, 'CUSDT'))).toThrow(/2 markets/);
    leave();
  });

  test('leaves the numbers of what is over in the counts', async () => {
    const { leave } = listen(tradeMarket());
    socket().say(trade('a'), trade('b'), trade('a'));
    leave();
    clock.advance(62_000);
    expect(streams.counts()).toMatchObject({ markets: 0, told: 2, known: 1 });
    await settled();
  });
});

test('trades are read with the contract as the venue lists it now', async () => {
  const market = tradeMarket();
  const seen: (number | undefined)[] = [];
  const { normalise, ...others } = market.venue.trades;
  const trades: typeof market.venue.trades = {
    ...others,
    normalise: (message, wanted, receivedTimeMs) => {
      seen.push(wanted('BTCUSDT')?.multiplierPower);
      return normalise(message, wanted, receivedTimeMs);
    },
  };
  listen({ ...market, venue: { ...market.venue, trades } });
  socket().say(trade('a'));
  now = (instrument) => ({ ...instrument, multiplierPower: 3 });
  socket().say(trade('b'));
  await settled();
  expect(seen).toEqual([0, 3]);
});

test('who wants one market hears nothing of another', async () => {
  const one = listen(tradeMarket(undefined, 'AUSDT'));
  const other = listen(tradeMarket(undefined, 'BUSDT'));
  socket().say(trade('a', { venueSymbol: 'AUSDT' }));
  socket().say(trade('b', { venueSymbol: 'BUSDT' }));
  await settled();
  expect([one.ids(), other.ids()]).toEqual([['a'], ['b']]);
});

test('who reads so slowly that trades are forgotten is told so, and nobody is told a part for the whole', async () => {
  const listener = listen(tradeMarket(past));
  socket().say(...tradesBetween(1, 5_000));
  await settled();
  expect(listener.failures).toMatchObject([{ extensions: { code: 'SLOW_CONSUMER' } }]);
  expect(listener.ids()).toEqual(texts(tradesBetween(1, 5_000)).slice(0, listener.ids().length));
});

test('who falls behind by less gets all of it', async () => {
  const listener = listen(tradeMarket(past));
  socket().say(...tradesBetween(1, 4_000));
  await settled(400);
  expect(listener.failures).toEqual([]);
  expect(listener.ids()).toEqual(texts(tradesBetween(1, 4_000)));
});

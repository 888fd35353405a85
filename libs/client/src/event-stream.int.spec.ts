import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GraphQLError, parse } from 'graphql';
import { ClientClosedError, OrderFoxClient, type EventGap, type EventOptions } from './index.js';
import { LoopbackApi } from './testing/loopback-api.js';
import { hurried, take, until } from './testing/patience.js';

interface Added {
  readonly liquidationAdded: { readonly cursor: string };
}

const ADDED =
  'subscription ($filter: LiquidationFilter, $after: Cursor) { liquidationAdded(filter: $filter, after: $after) { cursor } }';
const cursorOf = ({ liquidationAdded }: Added) => liquidationAdded.cursor;

let api: LoopbackApi;
let client: OrderFoxClient;

beforeEach(async () => {
  api = new LoopbackApi();
  await api.start();
  client = new OrderFoxClient({ url: api.url, timers: hurried });
});

afterEach(async () => {
  await client.close();
  await api.stop();
});

const events = (variables: object, options: Partial<EventOptions<Added>> = {}) =>
  client.events<Added>(ADDED, { ...variables }, { cursorOf, ...options });

const cursors = (results: readonly Added[]) => results.map((result) => Number(cursorOf(result)));

describe('events', () => {
  test('go on over lost connections by the cursor of any document, none lost, none doubled', async () => {
    api.overlap = 1;
    const stream = events({ after: '0', filter: { symbols: ['BTCUSDT'] } });
    const received: number[] = [];
    for (let round = 0; round < 5; round++) {
      await until(() => api.activeStreams === 1);
      api.commit('BTCUSDT', 'ETHUSDT', 'BTCUSDT');
      received.push(...cursors(await take(stream, 1)));
      api.drop();
      await until(() => api.activeStreams === 0);
    }
    received.push(...cursors(await take(stream, 5)));
    expect(received).toEqual([1, 3, 4, 6, 7, 9, 10, 12, 13, 15]);
    await stream.return?.();
  });

  test('without a cursor begin at the end of the record and miss nothing from there', async () => {
    api.commit('BTCUSDT');
    const stream = events({});
    await until(() => api.activeStreams === 1);
    await api.stop();
    api.commit('BTCUSDT', 'BTCUSDT');
    await api.start();
    expect(cursors(await take(stream, 2))).toEqual([2, 3]);
    await stream.return?.();
  });

  test('take the syntax tree of a document as well', async () => {
    api.commit('BTCUSDT');
    const stream = client.events(
      parse(ADDED) as unknown as { __apiType?: (variables: { after: string }) => Added },
      { after: '0' },
      { cursorOf },
    );
    expect(cursors(await take(stream, 1))).toEqual([1]);
    await stream.return?.();
  });

  test('refuse a document that cannot go on after a cursor', () => {
    const text = 'subscription { liquidationAdded { cursor } }';
    expect(() => client.events<Added>(text, {}, { cursorOf })).toThrow('no variable $after');
  });

  test('end with an error when an event has no cursor, for they could not be resumed', async () => {
    api.commit('BTCUSDT');
    const stream = events({ after: '0' }, { cursorOf: () => undefined as unknown as string });
    await expect(stream.next()).rejects.toThrow('without its cursor');
    await until(() => api.activeStreams === 0);
  });
});

describe('a cursor past retention', () => {
  beforeEach(() => {
    api.commit(...Array<string>(6).fill('BTCUSDT'));
    api.expiredUpTo = 4;
  });

  test('ends the stream with the oldest cursor that is kept', async () => {
    await expect(events({ after: '1' }).next()).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
      details: { oldestCursor: '4' },
    });
    expect(api.subscriptions).toHaveLength(1);
  });

  test('is told to a reader that wants to go on, which then has everything that is kept', async () => {
    const gaps: EventGap[] = [];
    const stream = events({ after: '1' }, { onGap: (gap) => gaps.push(gap) });
    expect(cursors(await take(stream, 2))).toEqual([5, 6]);
    expect(gaps).toEqual([{ after: '1', oldestCursor: '4' }]);
    await stream.return?.();
  });

  test('is told between the last event before it and the first one after it, however late they are read', async () => {
    const story: (string | number)[] = [];
    api.expiredUpTo = 0;
    const stream = events(
      { after: '0' },
      { onGap: ({ after, oldestCursor }) => story.push(`${after}..${oldestCursor}`) },
    );
    story.push(...cursors(await take(stream, 1)));
    await until(() => api.subscriptions.length === 1 && api.activeStreams === 1);
    api.commit('BTCUSDT');
    api.drop();
    await until(() => api.activeStreams === 0);
    api.commit(...Array<string>(5).fill('BTCUSDT'));
    api.expiredUpTo = 10;
    await until(() => api.subscriptions.at(-1)?.after === '10');
    await until(() => api.activeStreams === 1);
    while (story.at(-1) !== 12) story.push(...cursors(await take(stream, 1)));
    const gap = story.findIndex((entry) => typeof entry === 'string');
    const last = story[gap - 1];
    expect(story[gap]).toBe(`${last ?? ''}..10`);
    expect(story.slice(gap + 1)).toEqual([11, 12]);
    expect(story.slice(0, gap)).toEqual(Array.from({ length: Number(last) }, (_, at) => at + 1));
    await stream.return?.();
  });

  test('of another database leads to all of that one, also where events are named as before', async () => {
    const gaps: EventGap[] = [];
    api.expiredUpTo = 0;
    const stream = events({ after: '3' }, { onGap: (gap) => gaps.push(gap) });
    expect(cursors(await take(stream, 3))).toEqual([4, 5, 6]);
    await api.stop();
    api.forget();
    api.commit(...Array<string>(5).fill('BTCUSDT'));
    await api.start();
    expect(cursors(await take(stream, 5))).toEqual([1, 2, 3, 4, 5]);
    expect(gaps).toEqual([{ after: '6', oldestCursor: '0' }]);
    await stream.return?.();
  });

  test('what the reader throws when it is told, the loop throws', async () => {
    const stream = events(
      { after: '1' },
      {
        onGap: () => {
          throw new Error('unacceptable');
        },
      },
    );
    await expect(stream.next()).rejects.toThrow('unacceptable');
    await until(() => api.activeStreams === 0);
  });
});

describe('the end of a stream', () => {
  test('comes by its signal, here and at the server; what was held is forgotten', async () => {
    api.commit('BTCUSDT', 'BTCUSDT');
    const leave = new AbortController();
    const stream = events({ after: '0' }, { signal: leave.signal });
    await take(stream, 1);
    leave.abort(new Error('enough'));
    await expect(stream.next()).rejects.toThrow('enough');
    await expect(stream.next()).resolves.toMatchObject({ done: true });
    await until(() => api.activeStreams === 0);
  });

  test('comes at once when the signal was given before', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(events({ after: '0' }, { signal }).next()).rejects.toThrow('enough');
    await expect(client.subscribe('subscription { ticks }', {}, { signal }).next()).rejects.toThrow('enough');
    await expect(client.liquidations({ signal }).next()).rejects.toThrow('enough');
    expect(api.handshakes).toBe(0);
  });

  test('comes by the signal of a subscription that waits for its turn', async () => {
    await api.stop();
    const leave = new AbortController();
    const stream = client.subscribe('subscription { ticks }', {}, { signal: leave.signal });
    const next = stream.next();
    leave.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    await until(() => client.status.state === 'idle');
  });

  test('comes to every loop when the client is closed, and later ones are refused', async () => {
    const loops = [events({ after: '0' }), client.subscribe(ADDED), client.liquidations()];
    const ends = loops.map(async (loop) => {
      let count = 0;
      for await (const event of loop) count += Object.keys(event as object).length;
      return count === 0 ? 'over' : 'over, after some';
    });
    await until(() => api.activeStreams > 0);
    await client.close();
    expect(await Promise.all(ends)).toEqual(['over', 'over', 'over']);
    await expect(client.liquidations({ after: '0' }).next()).rejects.toBeInstanceOf(ClientClosedError);
    await until(() => api.sockets.size === 0);
  });

  test('lets go of the signal, so that one signal may serve a thousand streams', async () => {
    const { signal } = new AbortController();
    let listening = 0;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...parameters: Parameters<typeof add>) => {
      listening += 1;
      add(...parameters);
    };
    const remove = signal.removeEventListener.bind(signal);
    signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
      listening -= 1;
      remove(...parameters);
    };
    for (let round = 0; round < 5; round++) {
      await client.query('{ system { version } }', {}, { signal });
      const stream = events({ after: '0' }, { signal });
      await stream.return?.();
    }
    expect(listening).toBe(0);
  });
});

describe('a server that asks to be left alone', () => {
  test('is asked for a first cursor again only after the time it gave, and the program is told why', async () => {
    const waits: number[] = [];
    const troubles: string[] = [];
    const patient = new OrderFoxClient({
      url: api.url,
      random: () => 0.5,
      timers: {
        nowMs: () => 0,
        after: (delayMs, task) => {
          if (delayMs !== 30_000) waits.push(delayMs);
          return hurried.after(delayMs === 30_000 ? 1e6 : Math.min(delayMs, 100), task);
        },
      },
    });
    api.httpAnswer = { status: 429, headers: { 'retry-after': '9' }, text: '' };
    const stream = patient.liquidations({ onRetry: ({ message }) => troubles.push(message) });
    await until(() => waits.length === 2);
    expect(waits).toEqual([9_500, 10_000]);
    expect(troubles).toEqual(Array<string>(2).fill('Too many requests: ask less often'));
    api.httpAnswer = undefined;
    await until(() => api.activeStreams === 1);
    await stream.return?.();
    await patient.close();
  });

  test('is never asked sooner, and its clients do not come back at the same moment', async () => {
    const waits: number[] = [];
    const random = () => [0, 0.25, 0.999][waits.length] ?? 0;
    api.refusal = new GraphQLError('Too many', { extensions: { code: 'RATE_LIMITED', retryAfterMs: 7_000 } });
    const patient = new OrderFoxClient({
      url: api.url,
      random,
      timers: {
        nowMs: () => 0,
        after: (delayMs, task) => {
          if (delayMs >= 7_000 && delayMs !== 10_000) waits.push(delayMs);
          return hurried.after(delayMs === 10_000 ? 1e6 : Math.min(delayMs, 100), task);
        },
      },
    });
    const stream = patient.liquidations({ after: '0' });
    await until(() => waits.length >= 3);
    expect(waits.slice(0, 3)).toEqual([7_000, 7_500, 10_996]);
    await stream.return?.();
    await patient.close();
  });
});

test('a program in a hurry is slowed down before the server would close its socket for a flood', async () => {
  const calm = new OrderFoxClient({ url: api.url });
  api.commit('BTCUSDT');
  const began = performance.now();
  for (let round = 0; round < 20; round++) {
    const stream = calm.liquidations({ after: '0' });
    await take(stream, 1);
    await stream.return?.();
  }
  expect(performance.now() - began).toBeGreaterThan(3 * 125);
  expect(api.handshakes).toBe(1);
  await calm.close();
});

test('a reader that is always too slow holds no more than its buffer and has every event, over lost connections too', async () => {
  const stream = events({ after: '0' }, { bufferLimit: 5 });
  api.commit(...Array<string>(60).fill('BTCUSDT'));
  const received: number[] = [];
  for (let event = 1; event <= 60; event++) {
    received.push(...cursors(await take(stream, 1)));
    if (event % 17 === 0) api.drop();
  }
  expect(received).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
  await stream.return?.();
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RedisServer, redisForTests, waitFor } from '@orderfox/testing';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CursorCodec } from '../liquidation/liquidation-cursor.js';
import { LiquidationRepository } from '../liquidation/liquidation.repository.js';
import { LiquidationSource } from './liquidation-source.js';
import { type MarketStreams } from './market-streams.js';
import { StreamReader, streamsForTests } from './streams-for-tests.js';

const BTC = 'market:btcusdt:liquidations';
const ETH = 'market:ethusdt:liquidations';
const { note, isMissing } = await redisForTests();

(isMissing ? describe.skip : describe)(`liquidations in Redis${note}`, () => {
  let postgres: PostgresForTests;
  let redis: RedisServer;
  let repository: LiquidationRepository;
  let cursors: CursorCodec;
  let reader: StreamReader;
  let lives: MarketStreams[];
  let recorded = 0;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([PostgresForTests.start(), RedisServer.start({ isDurable: true })]);
    repository = new LiquidationRepository(postgres.database);
    cursors = new CursorCodec((await repository.latest()).storeId);
    reader = await new StreamReader(redis.url).connect();
  }, 60_000);
  afterAll(async () => {
    reader.close();
    await redis.stop();
    await postgres.dispose();
  });
  beforeEach(async () => {
    lives = [];
    await reader.send('FLUSHALL');
  });
  afterEach(async () => {
    for (const streams of lives) await streams.stop();
  });

  function live(
    codec = cursors,
    most = 10_000,
  ): { readonly streams: MarketStreams; readonly said: readonly string[] } {
    const made = streamsForTests({
      url: redis.url,
      most: { books: 100, entries: most },
      sources: () => [
        new LiquidationSource(BTC, 'BTCUSDT', repository, codec),
        new LiquidationSource(ETH, 'ETHUSDT', repository, codec),
      ],
    });
    lives.push(made.streams);
    made.streams.start();
    return made;
  }

  /** Commits some more; the first of them and every third is of another symbol. */
  async function record(count: number): Promise<void> {
    const events = Array.from({ length: count }, () => {
      recorded += 1;
      return liquidationForTests(recorded, { symbol: recorded % 3 === 0 ? 'ETHUSDT' : 'BTCUSDT' });
    });
    await repository.record(events, Date.now());
    for (const streams of lives) streams.touch(() => true);
  }

  async function stored(symbol: string): Promise<readonly string[]> {
    const rows = await repository.readAfter({ symbols: [symbol] }, 0, Number.MAX_SAFE_INTEGER - 1, 100_000);
    return rows.map(({ seq }) => `${seq}-0`);
  }
  const ids = async (key: string) => (await reader.entries(key)).map(({ id }) => id);
  /** Redis holds what the database does: all of it, once, in its order. */
  async function same(): Promise<void> {
    for (const [key, symbol] of [
      [BTC, 'BTCUSDT'],
      [ETH, 'ETHUSDT'],
    ] as const) {
      const wanted = await stored(symbol);
      await waitFor(async () => (await ids(key)).at(-1) === wanted.at(-1), {
        withinMs: 15_000,
        describe: key,
      });
      expect(await ids(key)).toEqual(wanted);
    }
  }

  test('each one that is committed has one entry, with every number as it is stored (S151)', async () => {
    const { streams, said } = live();
    await record(5);
    await same();
    const [row] = await repository.readAfter({ symbols: ['BTCUSDT'] }, 0, 1_000_000, 1);
    const [entry] = await reader.entries(BTC);
    expect(entry).toEqual({
      id: `${row?.seq}-0`,
      fields: {
        symbol: 'BTCUSDT',
        venue: 'binance',
        side: 'long',
        price: '9910',
        quantity: '0.014',
        timestamp: String(row?.venueTimeMs),
        notional_usd: '138.74',
        price_used: 'FILL',
        average_price: '9910',
        venue_symbol: 'BTCUSDT',
        event: row?.eventKey,
        received: String(row?.receivedTimeMs),
        committed: String(row?.committedTimeMs),
        cursor: cursors.encode(row?.seq ?? 0),
      },
    });
    expect(streams.status()).toMatchObject({ state: 'LIVE' });
    expect(said.join()).not.toContain('redis://');
  });

  test('an empty Redis gets the newest that it has room for, and an old one goes on where it ends', async () => {
    await record(700);
    const first = live(cursors, 300);
    await waitFor(async () => (await ids(BTC)).at(-1) === (await stored('BTCUSDT')).at(-1));
    expect(await ids(BTC)).toEqual((await stored('BTCUSDT')).slice(-300));
    await first.streams.stop();
    await record(900);
    live(cursors, 300);
    await waitFor(async () => (await ids(BTC)).at(-1) === (await stored('BTCUSDT')).at(-1));
    const held = await ids(BTC);
    expect(held).toEqual((await stored('BTCUSDT')).slice(-held.length));
    // Redis cuts whole blocks of a hundred.
    expect(held.length).toBeLessThan(500);
  });

  test('after FLUSHALL everything is there again within seconds, also where nothing new is recorded (F41)', async () => {
    live();
    await record(30);
    await same();
    await reader.send('FLUSHALL');
    await same();
    // A reader makes the stream anew before us.
    await reader.send('MULTI');
    await reader.send('FLUSHALL');
    await reader.send('XGROUP', 'CREATE', BTC, 'guards-consumer', '0', 'MKSTREAM');
    await reader.send('XGROUP', 'CREATE', ETH, 'guards-consumer', '0', 'MKSTREAM');
    await reader.send('EXEC');
    await same();
    await record(3);
    await same();
  });

  test('two that publish beside each other add every one once', async () => {
    live();
    live();
    for (let round = 0; round < 20; round += 1) await record(7);
    await same();
  });

  test('a stream of another database is set aside, and one of a database that went back too', async () => {
    live();
    await record(10);
    await same();
    await lives.pop()?.stop();
    const before = await ids(BTC);
    const { said, streams } = live(new CursorCodec('another'));
    await waitFor(() => said.some((line) => line.includes('of another database')));
    await same();
    const [aside] = (await reader.send('KEYS', `${BTC}:before:*`)) as string[];
    expect(await ids(aside ?? '')).toEqual(before);
    expect(Number(await reader.send('TTL', aside ?? ''))).toBeGreaterThan(6 * 86_400);
    expect(streams.status()).toMatchObject({ state: 'LIVE' });
    await lives.pop()?.stop();
    await reader.send('DEL', BTC);
    await reader.send('XADD', BTC, '999999999-0', 'symbol', 'BTCUSDT');
    live();
    await same();
  });

  test('a stream of a database that went back is set aside, also where that one has overtaken it since', async () => {
    await record(10);
    const [of, next] = (await stored('BTCUSDT')).slice(-4);
    const entry = (id = '') => [
      'symbol',
      'BTCUSDT',
      'event',
      'another',
      'cursor',
      cursors.encode(parseInt(id, 10)),
    ];
    await reader.send('XADD', BTC, of ?? '', ...entry(of));
    const { said } = live();
    await waitFor(() => said.some((line) => line.includes('what this database does not')));
    await same();
    await lives.pop()?.stop();
    // The number is of another symbol here.
    await reader.send('FLUSHALL');
    const between = Array.from({ length: 9 }, (_, at) => `${parseInt(next ?? '', 10) - at}-0`);
    const absent = between.find((id) => !of?.startsWith(id) && id !== next) ?? '';
    expect(await stored('BTCUSDT')).not.toContain(absent);
    await reader.send('XADD', BTC, absent, ...entry(absent));
    live();
    await same();
    expect(await reader.send('KEYS', `${BTC}:before:*`)).toHaveLength(1);
  });

  test('a replica that knows less and takes over is brought up to date, also where nothing new is recorded', async () => {
    live();
    await record(9);
    await same();
    await reader.send('COPY', BTC, 'older');
    await record(9);
    await same();
    // In one step, as when another server takes over.
    await reader.send('EVAL', "redis.call('RENAME', 'older', KEYS[1])", '1', BTC);
    expect((await ids(BTC)).at(-1)).not.toBe((await stored('BTCUSDT')).at(-1));
    await reader.send('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await same();
  });

  test('where two databases publish under one key one of them is told of a conflict, and leaves it alone', async () => {
    const [one, other] = [live(), live(new CursorCodec('another'))];
    const isConflict = ({ streams }: typeof one) => streams.status().state === 'CONFLICT';
    await waitFor(async () => {
      await record(1);
      return isConflict(one) || isConflict(other);
    });
    const blocked = isConflict(one) ? one : other;
    expect(blocked.streams.status().reason).toContain('somebody else publishes here');
    // One stream of each of them at most was renamed, whatever came after.
    for (let round = 0; round < 5; round += 1) await record(3);
    await same();
    for (const key of [BTC, ETH])
      expect(((await reader.send('KEYS', `${key}:before:*`)) as string[]).length).toBeLessThanOrEqual(2);
  });

  test('a key that holds no stream is left as it is, and said; the others go on', async () => {
    await reader.send('SET', BTC, 'mine');
    const { streams } = live();
    await waitFor(() => streams.status().state === 'CONFLICT');
    expect(streams.status().reason).toBe(`${BTC}: the key is there and holds no stream`);
    await record(6);
    await waitFor(async () => (await ids(ETH)).at(-1) === (await stored('ETHUSDT')).at(-1));
    expect(await reader.send('GET', BTC)).toBe('mine');
    await reader.send('DEL', BTC);
    streams.touch(() => true);
    await same();
    expect(streams.status().state).toBe('LIVE');
    // What was in the way may go as it came, with the stream as it was, and nothing recorded since.
    await reader.send('RENAME', BTC, 'kept');
    await reader.send('SET', BTC, 'mine');
    await record(1);
    await waitFor(() => streams.status().state === 'CONFLICT');
    await reader.send('RENAME', 'kept', BTC);
    streams.touch(() => true);
    await waitFor(() => streams.status().state === 'LIVE');
    await same();
  });

  test('nothing is lost and nothing is doubled, whatever dies in between, and whenever (F41, S204)', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('record' as const), count: fc.integer({ min: 1, max: 40 }) }),
      },
      { weight: 2, arbitrary: fc.constant({ do: 'kill redis' as const }) },
      { weight: 2, arbitrary: fc.constant({ do: 'kill us' as const }) },
      { weight: 1, arbitrary: fc.constant({ do: 'flush' as const }) },
      { weight: 1, arbitrary: fc.constant({ do: 'delete' as const }) },
      { weight: 1, arbitrary: fc.constant({ do: 'group' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
        await reader.send('FLUSHALL');
        live();
        for (const one of steps) {
          if (one.do === 'record') await record(one.count);
          else if (one.do === 'flush') await reader.send('FLUSHALL');
          else if (one.do === 'delete') await reader.send('DEL', BTC);
          else if (one.do === 'group') {
            await reader.send('DEL', ETH);
            await reader.send('XGROUP', 'CREATE', ETH, 'guards-consumer', '$', 'MKSTREAM');
          } else if (one.do === 'kill redis') {
            await redis.kill();
            await record(5);
            await redis.run();
          } else {
            // What it has sent may arrive, and it does not hear of it.
            void lives.pop()?.stop();
            live();
          }
        }
        await record(3);
        await same();
        await lives.pop()?.stop();
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 60_000);
});

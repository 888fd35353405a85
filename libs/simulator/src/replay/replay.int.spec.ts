import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startSimulation, type Simulation, type SimulationOptions } from '../simulation.js';
import { RawClient } from '../testing/raw-client.js';
import { mergeRecordings } from './merge-recordings.js';
import type { ReplayOptions } from './replay-player.js';

/** Five lines in the shape of the recordings: a duplicate, an older one after a newer, names of every kind. */
const CSV = `XRP,SELL,LIMIT,IOC,120.2,1.5000,1.4900,FILLED,100.1,120.2,1700000000100,189.6
ETH_250627,BUY,LIMIT,IOC,0.100,2500.10,None,FILLED,0.100,0.100,1700000000200,250.0
XRP,SELL,LIMIT,IOC,120.2,1.5000,1.4900,FILLED,100.1,120.2,1700000000100,189.6
SOLUSDC,SELL,LIMIT,IOC,1.50,112.4000,112.5000,FILLED,1.50,1.50,1700000000300,168.7
ZZNEW,SELL,LIMIT,IOC,200,0.12345,0.12505,FILLED,200,200,1700000000299,38.0
`;
const RECORDED = join(import.meta.dirname, '../../../../../shared/data');
const RECORDED_CSV = join(RECORDED, 'binance/liquidations/forceorder-2025-01-26_27.csv');

let folder: string;
let simulation: Simulation | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderfox-replay-'));
});
afterEach(async () => {
  await simulation?.stop();
  simulation = undefined;
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

async function replay(replay: ReplayOptions, options: SimulationOptions = {}): Promise<Simulation> {
  return (simulation = await startSimulation({ market: false, replay: { speed: 0, ...replay }, ...options }));
}

const listen = (to: Simulation) =>
  RawClient.open(`${to.urls.binance.ws}/market/stream?streams=!forceOrder@arr`);

describe('a forceOrder recording', () => {
  test('is played once somebody listens, in its own order, every text kept', async () => {
    const playing = await replay({ files: [await file('a.csv', CSV)] });
    expect(playing.player?.progress).toMatchObject({ state: 'WAITING', frames: 0, totalFrames: 5 });
    const client = await listen(playing);
    expect(await playing.replayed).toMatchObject({
      state: 'DONE',
      frames: 5,
      events: 5,
      distinctEvents: 4,
      unheard: 0,
    });
    await client.settled();
    expect(client.frames).toEqual(
      [
        '{"e":"forceOrder","E":1700000000105,"o":{"s":"XRPUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"120.2","p":"1.5000","ap":"1.4900","X":"FILLED","l":"100.1","z":"120.2","T":1700000000100}}',
        '{"e":"forceOrder","E":1700000000205,"o":{"s":"ETHUSDT_250627","S":"BUY","o":"LIMIT","f":"IOC","q":"0.100","p":"2500.10","ap":"0","X":"FILLED","l":"0.100","z":"0.100","T":1700000000200}}',
        '{"e":"forceOrder","E":1700000000105,"o":{"s":"XRPUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"120.2","p":"1.5000","ap":"1.4900","X":"FILLED","l":"100.1","z":"120.2","T":1700000000100}}',
        '{"e":"forceOrder","E":1700000000305,"o":{"s":"SOLUSDC","S":"SELL","o":"LIMIT","f":"IOC","q":"1.50","p":"112.4000","ap":"112.5000","X":"FILLED","l":"1.50","z":"1.50","T":1700000000300}}',
        '{"e":"forceOrder","E":1700000000304,"o":{"s":"ZZNEWUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"200","p":"0.12345","ap":"0.12505","X":"FILLED","l":"200","z":"200","T":1700000000299}}',
      ].map((payload) => `{"stream":"!forceOrder@arr","data":${payload}}`),
    );
  });

  test('brings its unknown contracts into the catalogue before anybody asks', async () => {
    const { urls } = await replay({ files: [await file('a.csv', CSV)] });
    const answer = await fetch(`${urls.binance.rest}/fapi/v1/exchangeInfo`);
    const { symbols } = (await answer.json()) as { symbols: { symbol: string; filters: unknown[] }[] };
    const added = symbols.find(({ symbol }) => symbol === 'ZZNEWUSDT');
    expect(added).toMatchObject({ baseAsset: 'ZZNEW', quoteAsset: 'USDT', status: 'TRADING' });
    expect(added?.filters).toContainEqual(
      expect.objectContaining({ filterType: 'PRICE_FILTER', tickSize: '0.00001' }),
    );
    expect(added?.filters).toContainEqual(expect.objectContaining({ filterType: 'LOT_SIZE', stepSize: '1' }));
  });

  test('gets the fields of the merge where asked for', async () => {
    const playing = await replay({
      files: [await file('a.csv', CSV)],
      mergedFields: true,
      pushDelayMs: 1000,
    });
    const client = await listen(playing);
    await playing.replayed;
    await client.next();
    expect(await client.next()).toMatchObject({ data: { E: 1700000001200, o: { ps: 'ETHUSDT', st: 1 } } });
  });

  test('waits while nobody listens and goes on with the next frame', async () => {
    const lines = Array.from(
      { length: 3000 },
      (_, at) => `XRP,SELL,LIMIT,IOC,${at + 1},1.4,1.4,FILLED,1,${at + 1},1700000000100,1`,
    );
    const playing = await replay({ files: [await file('a.csv', lines.join('\n'))] });
    const client = await listen(playing);
    await client.next();
    playing.faults('binance').drop('CLEAN');
    await client.closed;
    expect(playing.player?.progress.state).toBe('PLAYING');
    await listen(playing);
    expect(await playing.replayed).toMatchObject({ state: 'DONE', frames: 3000, unheard: 0 });
    await playing.confirm();
    const sockets = ['binance-1', 'binance-2'].map(
      (socket) => playing.ledger.deliveredTo(socket, 'CONFIRMED').length,
    );
    expect(sockets[0]).toBeGreaterThan(0);
    expect(sockets[1]).toBeGreaterThan(0);
  });

  test('waits for a slow reader instead of piling up', async () => {
    const line = 'XRP,SELL,LIMIT,IOC,1,1.4,1.4,FILLED,1,1,1700000000100,1\n';
    const playing = await replay({ files: [await file('a.csv', line.repeat(60_000))] });
    const { audience } = playing.venues.of('binance');
    const client = await listen(playing);
    client.pause();
    while (audience.bufferedBytes() <= 256 * 1024) await nextTurn();
    const { frames } = playing.player?.progress ?? { frames: NaN };
    for (let turn = 0; turn < 2000; turn++) await nextTurn();
    expect(playing.player?.progress.frames).toBeLessThan(frames + 1000);
    client.resume();
    expect(await playing.replayed).toMatchObject({ state: 'DONE', frames: 60_000 });
    await playing.confirm();
    expect(client.frames).toHaveLength(60_000);
  });

  test('keeps its rhythm, as much faster as asked', async () => {
    const lines = [0, 400, 60_000].map(
      (at) => `XRP,SELL,LIMIT,IOC,1,1.4,1.4,FILLED,1,1,${1700000000000 + at},1`,
    );
    const playing = await replay({
      files: [await file('a.csv', lines.join('\n'))],
      speed: 10,
      maxGapMs: 2000,
    });
    const client = await listen(playing);
    await client.next();
    const startMs = performance.now();
    await playing.replayed;
    // 400 ms and a gap cut to 2 s, ten times faster: 240 ms.
    expect(performance.now() - startMs).toBeGreaterThan(200);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });

  test('that is none is refused by file and line', async () => {
    const path = await file('bad.csv', 'time,price\n1,2\n');
    await expect(startSimulation({ replay: { files: [path] } })).rejects.toThrow(
      /bad\.csv: not a forceOrder line: time,price/,
    );
    await expect(startSimulation({ replay: { files: [join(folder, 'x.txt')] } })).rejects.toThrow(
      'no known format',
    );
    await expect(startSimulation({ replay: { files: [join(folder, 'none.csv')] } })).rejects.toThrow(
      'ENOENT',
    );
    await expect(startSimulation({ replay: { files: [join(folder, 'none.jsonl.gz')] } })).rejects.toThrow(
      'ENOENT',
    );
  });
});

describe('single frames', () => {
  test('go as they are to whoever listens to liquidations, in the envelope of the connection', async () => {
    const payload = (q: string) =>
      `{"e":"forceOrder","E":1700000001000,"o":{"s":"XRPUSDT","S":"BUY","q":"${q}","p":"1.41","ap":"1.40","z":"${q}","T":1700000000000}}`;
    const raws = [
      payload('1'),
      `{"stream":"xrpusdt@forceOrder","data":${payload('2')}}`,
      '{"e":"strange","E":1}',
    ];
    const path = await file('binance/frames/a.jsonl', raws.map((raw) => JSON.stringify({ raw })).join('\n'));
    const playing = await replay({ files: [path] });
    const bare = await RawClient.open(`${playing.urls.binance.ws}/market/ws/btcusdt@forceOrder`);
    const wrapped = await listen(playing);
    await playing.replayed;
    await bare.settled();
    await wrapped.settled();
    expect(bare.frames).toEqual([payload('1'), payload('2'), raws[2]]);
    expect(wrapped.frames).toEqual([
      `{"stream":"!forceOrder@arr","data":${payload('1')}}`,
      raws[1],
      `{"stream":"!forceOrder@arr","data":${raws[2] ?? ''}}`,
    ]);
  });

  test('of OKX and Bybit are told apart by folder or content and merged with others by time', async () => {
    const okx =
      '{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"0","bkPx":"2","ccy":"","posSide":"long","side":"sell","sz":"3","ts":"1700000000250"}],"instFamily":"QQ-USDT","instId":"QQ-USDT-SWAP","instType":"SWAP","uly":"QQ-USDT"}]}';
    const bybit =
      '{"topic":"allLiquidation.QQUSDT","type":"snapshot","ts":1700000000150,"data":[{"T":1700000000140,"s":"QQUSDT","S":"Sell","v":"2.5","p":"1.01"}]}';
    const files = [
      await file('a.csv', CSV),
      await file('okx/frames/a.jsonl', JSON.stringify({ raw: okx })),
      await file('some.jsonl', JSON.stringify({ raw: bybit })),
    ];
    const playing = await replay({ files });
    await listen(playing);
    const onOkx = await RawClient.open(`${playing.urls.okx.ws}/ws/v5/public`);
    await onOkx.ask({ op: 'subscribe', args: [{ channel: 'liquidation-orders', instType: 'SWAP' }] });
    const onBybit = await RawClient.open(`${playing.urls.bybit.ws}/v5/public/linear`);
    await onBybit.ask({ op: 'subscribe', args: ['allLiquidation.QQUSDT'] });
    await playing.replayed;
    expect(await onOkx.next()).toEqual(JSON.parse(okx));
    expect(await onBybit.next()).toEqual(JSON.parse(bybit));
    expect(playing.ledger.events().map(({ venue }) => venue)).toEqual([
      'binance', 'bybit', 'binance', 'binance', 'okx', 'binance', 'binance',
    ]); // prettier-ignore
    expect(playing.ledger.events('bybit')[0]).toMatchObject({
      symbol: 'QQUSDT',
      quantity: '2.5',
      side: 'BUY',
    });
  });
});

describe('a cryptofeed capture', () => {
  const line = (entry: object) => JSON.stringify(entry);
  const ticker =
    '{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","bid1Price":"1.0"},"cs":5,"ts":1700000000000}';

  test('plays what was received to the clients of its topics, while the own stream keeps silent', async () => {
    const lines = [
      line({ t: 'header', format: 2, exchange: 'BYBIT' }),
      line({ t: 'send', ts: 1, data: '{"op":"subscribe"}' }),
      line({ t: 'recv', ts: 1, data: '{"success":true,"ret_msg":"","op":"subscribe"}' }),
      line({ t: 'recv', ts: 2, data: ticker }),
    ];
    const playing = await replay({ files: [await file('a.jsonl.gz', gzipSync(lines.join('\n')))] });
    const client = await RawClient.open(`${playing.urls.bybit.ws}/v5/public/linear`);
    await client.ask({ op: 'subscribe', args: ['tickers.BTCUSDT'] });
    expect(await playing.replayed).toMatchObject({ state: 'DONE', frames: 1, events: 0 });
    expect(await client.next((text) => text === ticker)).toBeDefined();
  });

  test('of OKX plays instruments that the venue does not list', async () => {
    const trade = '{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"px":"1"}]}';
    const lines = [line({ t: 'header', exchange: 'OKX' }), line({ t: 'recv', ts: 2, data: trade })];
    const playing = await replay({ files: [await file('a.jsonl.gz', gzipSync(lines.join('\n')))] });
    const client = await RawClient.open(`${playing.urls.okx.ws}/ws/v5/public`);
    const args = ['BTC-USDT', 'ETH-USDT'].map((instId) => ({ channel: 'trades', instId }));
    client.send({ op: 'subscribe', args });
    expect(await client.next()).toMatchObject({ event: 'subscribe' });
    expect(await client.next()).toMatchObject({ event: 'error', code: '60018' });
    expect(await client.next()).toEqual(JSON.parse(trade));
  });

  test('of another venue is refused', async () => {
    const path = await file('a.jsonl.gz', gzipSync(line({ t: 'header', exchange: 'KRAKEN_FUTURES' })));
    await expect(startSimulation({ replay: { files: [path] } })).rejects.toThrow(
      'KRAKEN_FUTURES, which is not simulated',
    );
  });
});

test('merged recordings keep their own order and are due by a time that never runs back', async () => {
  const line = (name: string, at: number) =>
    `${name},SELL,LIMIT,IOC,1,1.4,1.4,FILLED,1,1,${1700000000000 + at},1`;
  const files = [
    await file('a.csv', [line('A1', 100), line('A2', 50), line('A3', 300)].join('\n')),
    await file('b.csv', [line('B1', 80), line('B2', 200)].join('\n')),
  ];
  const seen: [string, number][] = [];
  for await (const { text, dueMs } of mergeRecordings(files, { pushDelayMs: 0 })) {
    seen.push([/"s":"(\w\d)/.exec(text)?.[1] ?? '', dueMs - 1700000000000]);
  }
  expect(seen).toEqual([
    ['B1', 80],
    ['A1', 100],
    ['A2', 100],
    ['B2', 200],
    ['A3', 300],
  ]);
});

const recorded = existsSync(RECORDED_CSV) ? test : test.skip;
const where = existsSync(RECORDED_CSV) ? '' : ' (skipped: ../shared/data is not here)';

describe(`the recordings beside the project${where}`, () => {
  recorded(
    '2025-01-26/27: 2,338 frames reach the client, 1,238 distinct, every field text kept',
    async () => {
      const playing = await replay({ files: [RECORDED_CSV] });
      const client = await listen(playing);
      expect(await playing.replayed).toMatchObject({
        frames: 2338,
        events: 2338,
        distinctEvents: 1238,
        unheard: 0,
      });
      await playing.confirm();
      const { readFile } = await import('node:fs/promises');
      const lines = (await readFile(RECORDED_CSV, 'utf8')).trim().split('\n');
      const rows = client.frames.map(
        (text) => (JSON.parse(text) as { data: { o: Record<string, unknown> } }).data.o,
      );
      expect(rows.map((row) => Object.values(row).slice(1).join(','))).toEqual(
        lines.map((text) => text.split(',').slice(1, 11).join(',')),
      );
      const identity = ({ s, S, T, z, ap }: Record<string, unknown>) => [s, S, T, z, ap].join('|');
      expect(new Set(rows.map(identity)).size).toBe(1238);
      expect(playing.ledger.deliveredTo('binance-1', 'CONFIRMED')).toHaveLength(2338);
      expect(
        playing.ledger
          .events()
          .every(({ symbol, quantity }) => symbol !== undefined && quantity !== undefined),
      ).toBe(true);
    },
  );

  recorded('single frames of all three venues reach their listeners', async () => {
    const files = ['binance', 'okx', 'bybit'].map((venue) =>
      join(RECORDED, venue, 'frames/liquidations.jsonl'),
    );
    const playing = await replay({ files });
    const binance = await listen(playing);
    const okx = await RawClient.open(`${playing.urls.okx.ws}/ws/v5/public`);
    await okx.ask({ op: 'subscribe', args: [{ channel: 'liquidation-orders', instType: 'SWAP' }] });
    const bybit = await RawClient.open(`${playing.urls.bybit.ws}/v5/public/linear`);
    await bybit.ask({ op: 'subscribe', args: ['allLiquidation.MARSCOINUSDT'] });
    expect(await playing.replayed).toMatchObject({ state: 'DONE', frames: 33 });
    await playing.confirm();
    // Beside the frames: the acknowledgement each.
    expect([binance.frames.length, okx.frames.length - 1, bybit.frames.length - 1]).toEqual([11, 12, 10]);
  });
});

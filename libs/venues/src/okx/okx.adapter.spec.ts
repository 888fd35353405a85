import { beforeAll, describe, expect, test } from '@jest/globals';
import { feedOf, fixtureContext } from '../contract/fixture-feed.js';
import { readFixtures } from '../contract/venue-fixtures.js';
import { type FeedContext } from '../venue-adapter.js';
import { okx } from './okx.adapter.js';
import { listOkxInstruments } from './okx.symbols.js';

const { rest } = readFixtures(new URL('./fixtures/', import.meta.url));
const NOW = 1_790_000_000_000;

describe('the OKX feed', () => {
  let context: FeedContext;

  beforeAll(async () => {
    context = await fixtureContext(okx, rest);
  });

  const feed = () => feedOf(okx, context);
  const normalise = (details: readonly unknown[], instId = 'BTC-USDT-SWAP') =>
    feed().normalise(
      {
        arg: { channel: 'liquidation-orders', instType: 'SWAP' },
        data: [{ instType: 'SWAP', instId, details }],
      },
      NOW,
    );
  const detail = (change: object = {}) => ({
    side: 'sell',
    posSide: 'long',
    sz: '1',
    bkPx: '100',
    ts: String(NOW),
    ...change,
  });

  test('asks for all swaps at once and for one busy mark price beside them', () => {
    const { protocol } = feed();
    const [request, ...others] = protocol.subscribe([...feed().topics(), protocol.controlTopic]);
    expect(protocol.url).toBe('wss://ws.okx.com:8443/ws/v5/public');
    expect(JSON.parse(request!.text)).toEqual({
      id: '1',
      op: 'subscribe',
      args: [
        { channel: 'liquidation-orders', instType: 'SWAP' },
        { channel: 'mark-price', instId: 'BTC-USDT-SWAP' },
      ],
    });
    expect(others).toEqual([]);
  });

  test('keeps every request below 64 KB', () => {
    const topics = Array.from({ length: 900 }, (_, index) => `mark-price:SOMELONGNAME${index}-USDT-SWAP`);
    for (const { text } of feed().protocol.subscribe(topics)) expect(text.length).toBeLessThan(64_000);
  });

  test('sends the bare text ping after 20 s, since the venue cuts at 30', () => {
    expect(feed().protocol.heartbeat).toEqual({ text: 'ping', idleMs: 20_000, answerWithinMs: 10_000 });
  });

  test.each(['https://example', 'wss://wspap.okx.com:8443', 'wss://wseeapap.okx.com:8443'])(
    'refuses the demo network, whose liquidations are play money, and nothing else: %s',
    (ws) => {
      const feeds = () => okx.feeds({ ...context, roots: { ...okx.roots, ws } });
      if (ws.includes('pap')) expect(feeds).toThrow(expect.objectContaining({ failure: 'REFUSED' }));
      else expect(feeds).not.toThrow();
    },
  );

  test('the first frame of a connection, which repeats history, gives the keys it gave before (F21, T24)', () => {
    const old = detail({ ts: String(NOW - 3_600_000) });
    const [first] = normalise([old]).events;
    const [again] = normalise([old, detail()]).events;
    expect(again?.eventKey).toBe(first?.eventKey);
  });

  test('counts rows whose position contradicts their order, and takes the order for right', () => {
    const { events, contradictions } = normalise([
      detail(),
      detail({ side: 'buy', posSide: 'short' }),
      detail({ side: 'buy', posSide: 'net' }),
      detail({ side: 'buy', posSide: 'long' }),
      detail({ posSide: 'short' }),
      detail({ posSide: '<b>' }),
      detail({ posSide: undefined }),
    ]);
    expect(events.map(({ liquidatedSide }) => liquidatedSide)).toEqual([
      ...['LONG', 'SHORT', 'SHORT', 'SHORT', 'LONG', 'LONG', 'LONG'],
    ]);
    expect(contradictions).toBe(4);
    expect(events.every(({ eventKey }) => !eventKey.includes('<'))).toBe(true);
  });

  test.each(['SELL', 'Buy', 'short', '', null, undefined])('%j is no side', (side) => {
    expect(normalise([detail({ side })]).refusals).toMatchObject([{ reason: 'BAD_SIDE' }]);
  });

  test('the kept row is the one detail with the contract it belongs to', () => {
    const { events } = normalise([detail({ sz: '1' }), detail({ sz: '2' })]);
    expect(JSON.parse(events[1]!.raw)).toEqual({
      instType: 'SWAP',
      instId: 'BTC-USDT-SWAP',
      details: [detail({ sz: '2' })],
    });
  });

  test('a giant contract name is not repeated for each of its details', () => {
    const { refusals } = normalise(new Array(2_000).fill(detail()), 'X'.repeat(1_000_000));
    expect(refusals).toHaveLength(2_000);
    expect(refusals[0]).toMatchObject({ reason: 'MALFORMED' });
    expect(refusals[0]!.raw.length).toBeLessThan(400);
  });

  test('a contract whose size cannot be told is left out of the catalogue', async () => {
    const good = {
      instId: 'A-USDT-SWAP',
      uly: 'A-USDT',
      ctType: 'linear',
      ctVal: '1',
      ctMult: '1',
      tickSz: '1',
    };
    const data = [
      good,
      { ...good, ctType: '' },
      { ...good, ctVal: '' },
      { ...good, ctMult: '0' },
      { ...good, uly: '' },
    ];
    const rows = data.map((row, index) => ({ ...row, instId: `${index}-USDT-SWAP` }));
    const problems: string[] = [];
    const instruments = await listOkxInstruments(
      () => Promise.resolve({ code: '0', msg: '', data: rows }),
      okx.roots.rest,
      (problem) => problems.push(problem),
    );
    expect([instruments.map(({ venueSymbol }) => venueSymbol), problems.length]).toEqual([
      ['0-USDT-SWAP'],
      4,
    ]);
  });

  test.each([
    ['50011', 'RATE_LIMITED'],
    ['50013', 'UNAVAILABLE'],
    ['50026', 'UNAVAILABLE'],
    ['51000', 'REFUSED'],
  ])('the code %s in an answer is the failure %s', async (code, failure) => {
    const http = () => Promise.resolve({ code, msg: 'No', data: [] });
    await expect(listOkxInstruments(http, okx.roots.rest)).rejects.toMatchObject({ failure });
  });
});

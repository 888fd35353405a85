import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { bybitProtocol } from './bybit.protocol.js';

const ROOT = 'wss://stream.bybit.com';
const delta = (data: object, topic = 'tickers.ETHUSDT') =>
  JSON.stringify({ topic, type: 'delta', data: { symbol: 'ETHUSDT', ...data }, cs: 1, ts: 1 });

afterEach(() => {
  jest.restoreAllMocks();
});

describe('requests', () => {
  test('hold 200 topics and 21,000 characters at most, 350 ms apart', () => {
    const protocol = bybitProtocol(ROOT, 'liquidations');
    const topics = Array.from({ length: 805 }, (_, index) => `allLiquidation.COIN${index}USDT`);
    const requests = protocol.subscribe(topics);
    expect(requests.map((request) => request.topics.length)).toEqual([200, 200, 200, 200, 5]);
    const long = Array.from({ length: 400 }, (_, index) => `allLiquidation.${'LONG'.repeat(30)}${index}`);
    for (const { text } of [...requests, ...protocol.subscribe(long)]) {
      const { args } = JSON.parse(text) as { args: string[] };
      expect(args.join('","').length + 4).toBeLessThanOrEqual(21_002);
    }
    expect(protocol.sendPaceMs).toBe(350);
  });

  test('carry a text id, which the venue echoes', () => {
    const [request] = bybitProtocol(ROOT, 'liquidations').subscribe(['allLiquidation.BTCUSDT']);
    expect(JSON.parse(request!.text)).toEqual({
      req_id: '1',
      op: 'subscribe',
      args: ['allLiquidation.BTCUSDT'],
    });
  });

  test('a ping of its own kind goes out every 20 s, also while data flows', () => {
    expect(bybitProtocol(ROOT, 'mark-prices').heartbeat).toEqual({
      text: '{"op":"ping"}',
      idleMs: 20_000,
      answerWithinMs: 10_000,
      evenWhenBusy: true,
    });
  });

  test.each(['wss://stream-testnet.bybit.com', 'wss://stream-demo.bybit.com'])(
    '%s is refused by name',
    (root) => {
      expect(() => bybitProtocol(root, 'liquidations')).toThrow(
        expect.objectContaining({ failure: 'REFUSED' }),
      );
    },
  );
});

describe('tickers', () => {
  test('without a mark price are never parsed, so that the busy stream costs little', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const text = delta({ lastPrice: '1', turnover24h: '2' });
    expect(bybitProtocol(ROOT, 'mark-prices').read(text)).toEqual({ kind: 'control' });
    expect(bybitProtocol(ROOT, 'liquidations').read(delta({ markPrice: '1' }))).toEqual({ kind: 'control' });
    expect(parse).not.toHaveBeenCalled();
  });

  test('with a mark price are handed on, those of the control topic as control', () => {
    const protocol = bybitProtocol(ROOT, 'mark-prices');
    expect(protocol.read(delta({ markPrice: '1' }))).toMatchObject({
      kind: 'data',
      message: { data: { markPrice: '1' } },
    });
    expect(protocol.read(delta({ markPrice: '1' }, 'tickers.BTCUSDT'))).toMatchObject({
      kind: 'control',
      message: { topic: 'tickers.BTCUSDT' },
    });
  });

  test('written in another order are read all the same', () => {
    const text = JSON.stringify({ type: 'delta', topic: 'tickers.ETHUSDT', data: { markPrice: '1' } });
    expect(bybitProtocol(ROOT, 'mark-prices').read(text).kind).toBe('data');
    expect(bybitProtocol(ROOT, 'liquidations').read(text).kind).toBe('control');
  });

  test('cut off in the middle prove nothing', () => {
    const text = delta({ lastPrice: '1' }).slice(0, 40);
    for (const purpose of ['liquidations', 'mark-prices'] as const)
      expect(bybitProtocol(ROOT, purpose).read(text)).toEqual({ kind: 'unreadable', reason: 'not JSON' });
  });
});

describe('answers', () => {
  const protocol = bybitProtocol(ROOT, 'liquidations');
  const answer = (ret_msg: string, success = false) =>
    protocol.read(JSON.stringify({ success, ret_msg, conn_id: 'c', req_id: '9', op: 'subscribe' }));

  test.each([
    ['error:handler not found,topic:allLiquidation.1000XUSDT', ['allLiquidation.1000XUSDT']],
    [
      'error:handler not found,topic:allLiquidation.A,allLiquidation.B',
      ['allLiquidation.A', 'allLiquidation.B'],
    ],
    ['error:handler not found,topic:allLiquidation.BTCUSDT-25DEC26', ['allLiquidation.BTCUSDT-25DEC26']],
    ['error:handler not found', undefined],
    ['error:handler not found,topic:', undefined],
  ])('%s refuses %j', (words, topics) => {
    expect(answer(words)).toEqual({ kind: 'refused', id: '9', reason: words, ...(topics && { topics }) });
  });

  test('"already subscribed" is a success for the topic it names and says nothing of the rest', () => {
    expect(answer('error:already subscribed,topic:allLiquidation.A')).toEqual({
      kind: 'acknowledged',
      id: '9',
      topics: ['allLiquidation.A'],
      restUnknown: true,
    });
    expect(answer('error:already subscribed').kind).toBe('refused');
  });

  test('an empty id, which the venue sends where we sent none, is no id', () => {
    expect(protocol.read('{"success":true,"ret_msg":"","conn_id":"c","req_id":"","op":"subscribe"}')).toEqual(
      {
        kind: 'acknowledged',
      },
    );
  });

  test('a refusal of a megabyte is cut', () => {
    const reading = answer(`error ${'x'.repeat(1_000_000)}`);
    expect(reading.kind === 'refused' && reading.reason.length).toBeLessThanOrEqual(200);
  });
});

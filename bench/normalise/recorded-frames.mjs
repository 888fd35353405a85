/** Frames of venues as their texts, from the recorded data that lies beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const DATA = join(import.meta.dirname, '../../../shared/data');

export const isRecordedDataHere = existsSync(DATA);

function unzipped(path) {
  return gunzipSync(readFileSync(join(DATA, path)))
    .toString('utf8')
    .trim()
    .split('\n');
}

export function binanceTrades() {
  return unzipped('binance/aggtrades/large-2025-01-26_02-06.csv.gz').map((line, at) => {
    const [E, s, a, p, q, T, m] = line.split(', ');
    const data = {
      ...{
        e: 'aggTrade',
        E: Number(E),
        a: Number(a),
        s,
        p,
        q,
        nq: q,
        f: Number(a) + at,
        l: Number(a) + at + 1,
      },
      ...{ T: Number(T), m: m === 'True', st: 1 },
    };
    return JSON.stringify({ stream: `${s.toLowerCase()}@aggTrade`, data });
  });
}

export function binanceDepth() {
  return unzipped('binance/orderbook/usdm_btcusdt_20240808.gz')
    .filter((line) => line.includes('"depthUpdate"'))
    .map((line) => line.slice(line.indexOf(' ') + 1).replace('@depth@0ms"', '@depth@100ms"'));
}

function received(path, connection) {
  return unzipped(path)
    .map((line) => JSON.parse(line))
    .filter(({ t, conn }) => t === 'recv' && conn === connection)
    .map(({ data }) => data);
}

export function okx(channel) {
  return received('okx/recordings/public-2022-05-13.jsonl.gz', 'OKX.ws.1').filter(
    (text) => text.includes(`"channel":"${channel}"`) && text.includes('"data":'),
  );
}

/** Numbered for each contract as the venue does it now. */
export function okxBooks() {
  const newest = new Map();
  return okx('books').map((text, at) => {
    const [, id] = /"instId":"([^"]+)"/.exec(text);
    const isWhole = text.includes('"action":"snapshot"');
    const number = 8e10 + at;
    const before = isWhole ? -1 : (newest.get(id) ?? number - 1);
    newest.set(id, number);
    return text.replace(/"checksum":-?\d+/, `"checksum":0,"prevSeqId":${before},"seqId":${number}`);
  });
}

export function bybit(prefix) {
  return received('bybit/recordings/v5-2026-08-09.jsonl.gz', 'BYBIT.ws.2').filter((text) =>
    text.startsWith(`{"topic":"${prefix}`),
  );
}

export function binanceForcedOrders() {
  const rows = readFileSync(join(DATA, 'binance/liquidations/forceorder-2025-01-26_27.csv'), 'utf8').trim();
  return rows.split('\n').map((line) => {
    const [coin, S, o, f, q, p, ap, X, l, z, T] = line.split(',');
    const s = `${coin}USDT`;
    const order = { s, S, o, f, q, p, ap, X, l, z, T: Number(T), ps: s, st: 1 };
    const data = { e: 'forceOrder', E: Number(T) + 1_000, o: order };
    return JSON.stringify({ stream: `${s.toLowerCase()}@forceOrder`, data });
  });
}

export function binanceKlines() {
  return unzipped('binance/recordings/usdm-2021-07-22.jsonl.gz')
    .map((line) => JSON.parse(line).data)
    .filter((text) => typeof text === 'string' && /^\{"stream":"[a-z]+@kline_1m"/.test(text));
}

export function frames(venue, form) {
  return readFileSync(join(DATA, `${venue}/frames/liquidations.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).raw)
    .filter((text) => typeof text === 'string' && form.test(text));
}

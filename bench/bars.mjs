/**
 * One-minute bars of trades: the product's exact ones against the loop that everybody writes, in doubles, from the same
 * texts, in turns. Every bar is compared with decimal arithmetic. Recorded BTCUSDT trades where `../shared/data` lies beside
 * the project, else made ones. JSON on stdout.
 *
 *   npm run bench -- bars [--reps 15]
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { addDecimals, multiplyDecimals, parseDecimal, TradeBarMaker, ZERO } from '@orderfox/domain';
import { quantile } from './support/statistics.mjs';

const RECORDED = join(import.meta.dirname, '../../shared/data/binance/orderbook/usdm_btcusdt_20240808.gz');
const { values: options } = parseArgs({ options: { reps: { type: 'string', default: '15' } } });
const reps = Number(options.reps);
const GOAL = 1.3;
const MINUTE_MS = 60_000;
/** How often the trades are gone through in one measurement: a single pass is over too soon. */
const PASSES = 20;

const isRecorded = existsSync(RECORDED);
const trades = isRecorded ? recorded() : made(20_000);
const times = { exact: [], float: [] };
for (let rep = -2; rep < reps; rep += 1) {
  for (const [name, run] of [
    ['exact', exactBars],
    ['float', floatBars],
  ]) {
    const started = performance.now();
    for (let pass = 0; pass < PASSES; pass += 1) run();
    if (rep >= 0) times[name].push(((performance.now() - started) * 1e6) / (PASSES * trades.length));
  }
}
const nsPerTrade = Object.fromEntries(
  Object.entries(times).map(([name, sample]) => [name, Number(quantile(sample, 0.5).toFixed(1))]),
);
const ratio = Number((nsPerTrade.float / nsPerTrade.exact).toFixed(2));
const truth = decimalBars();
const wrong = (bars) =>
  [...truth].filter(([minute, bar]) =>
    ['buyQuantity', 'sellQuantity', 'buyUsd', 'sellUsd'].some(
      (field) => String(bars.get(minute)[field]) !== bar[field],
    ),
  ).length;
const [wrongExact, wrongFloat] = [wrong(exactBars()), wrong(floatBars())];
console.log(
  JSON.stringify(
    {
      benchmark: 'bars',
      what: 'ns per trade to make one-minute bars from the texts of prices and quantities',
      data: isRecorded ? 'recorded BTCUSDT' : 'made',
      trades: trades.length,
      bars: truth.size,
      node: process.version,
      reps,
      nsPerTrade,
      barsThatDiffer: { exact: wrongExact, float: wrongFloat },
      verdicts: [
        { goal: `at least ${GOAL} times as fast as the loop in doubles`, value: ratio, met: ratio >= GOAL },
        { goal: 'no bar differs from decimal arithmetic', value: wrongExact, met: wrongExact === 0 },
      ],
    },
    undefined,
    2,
  ),
);

function exactBars() {
  const makers = new Map();
  let [minute, maker] = [-1, undefined];
  for (const { timeMs, price, quantity, isSell } of trades) {
    const now = Math.floor(timeMs / MINUTE_MS);
    if (now !== minute) {
      minute = now;
      maker = makers.get(now) ?? new TradeBarMaker();
      makers.set(now, maker);
    }
    maker.add(price, quantity, isSell ? 'SELL' : 'BUY');
  }
  return new Map([...makers].map(([at, { bar }]) => [at, bar]));
}

function floatBars() {
  const bars = new Map();
  let [minute, bar] = [-1, undefined];
  for (const { timeMs, price, quantity, isSell } of trades) {
    const now = Math.floor(timeMs / MINUTE_MS);
    const [p, q] = [Number(price), Number(quantity)];
    if (now !== minute) {
      minute = now;
      bar = bars.get(now);
      if (bar === undefined) {
        bar = {
          open: p,
          high: p,
          low: p,
          close: p,
          count: 0,
          buyQuantity: 0,
          sellQuantity: 0,
          buyUsd: 0,
          sellUsd: 0,
        };
        bars.set(now, bar);
      }
    }
    if (p > bar.high) bar.high = p;
    if (p < bar.low) bar.low = p;
    bar.close = p;
    bar.count += 1;
    if (isSell) {
      bar.sellQuantity += q;
      bar.sellUsd += p * q;
    } else {
      bar.buyQuantity += q;
      bar.buyUsd += p * q;
    }
  }
  return bars;
}

function decimalBars() {
  const bars = new Map();
  for (const { timeMs, price, quantity, isSell } of trades) {
    const minute = Math.floor(timeMs / MINUTE_MS);
    const bar = bars.get(minute) ?? { buyQuantity: ZERO, sellQuantity: ZERO, buyUsd: ZERO, sellUsd: ZERO };
    bars.set(minute, bar);
    const side = isSell ? 'sell' : 'buy';
    const [p, q] = [parseDecimal(price), parseDecimal(quantity)];
    bar[`${side}Quantity`] = addDecimals(bar[`${side}Quantity`], q);
    bar[`${side}Usd`] = addDecimals(bar[`${side}Usd`], multiplyDecimals(p, q));
  }
  return bars;
}

function recorded() {
  return gunzipSync(readFileSync(RECORDED))
    .toString('utf8')
    .split('\n')
    .filter((text) => text.includes('@trade"'))
    .map((text) => JSON.parse(text.slice(text.indexOf(' '))).data)
    .map(({ T, p, q, m }) => ({ timeMs: T, price: p, quantity: q, isSell: m }));
}

/** Always the same ones. */
function made(count) {
  let state = 7;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  let ticks = 617_000;
  return Array.from({ length: count }, (_, at) => {
    ticks += Math.round((random() - 0.5) * 6);
    return {
      timeMs: 1_723_161_240_000 + at * 15,
      price: (ticks / 10).toFixed(2),
      quantity: (Math.floor(random() ** 6 * 20_000 + 1) / 1_000).toFixed(3),
      isSell: random() < 0.5,
    };
  });
}

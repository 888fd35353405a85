/**
 * Order books: what a change of one price level costs. The recorded changes of BTCUSDT where `../shared/data` lies beside
 * the project, else made ones; several books in turns, in one process: one write into an array (the limit), the product
 * from whole numbers and from the venue's texts, and the book of tardis-dev. After each frame the best prices are read.
 * At the end all must have the same best prices and as many levels. JSON on stdout.
 *
 *   npm run bench -- book [--reps 9] [--file FILE]
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { BookGrid, OrderBook, parseDecimal } from '@orderfox/domain';
import { OrderBook as TardisBook } from 'tardis-dev';
import { quantile } from './support/statistics.mjs';

const RECORDED = join(import.meta.dirname, '../../shared/data/binance/orderbook/usdm_btcusdt_20240808.gz');
const { values: options } = parseArgs({
  options: { reps: { type: 'string', default: '9' }, file: { type: 'string', default: RECORDED } },
});
const reps = Number(options.reps);
const GOALS = { toLimit: 0.15, toTardis: 25 };
const TICK = 0.1;
const SLOTS = 131_072;

const isRecorded = existsSync(options.file);
const frames = isRecorded ? recorded(options.file) : made(5_000);
const levels = frames.reduce((sum, { bids, asks }) => sum + bids.length + asks.length, 0);

/** Each takes all frames and says what it ended with. */
const BOOKS = {
  limit: runLimit,
  product: runProduct,
  productFromText: runProductFromText,
  tardis: runTardis,
};
const times = Object.fromEntries(Object.keys(BOOKS).map((name) => [name, []]));
const ends = {};
for (let rep = -1; rep < reps; rep += 1) {
  for (const [name, run] of Object.entries(BOOKS)) {
    const started = performance.now();
    const end = run();
    const ms = performance.now() - started;
    ends[name] = end;
    // The first round only warms up.
    if (rep >= 0) times[name].push((ms * 1e6) / levels);
  }
}
const nsPerLevel = Object.fromEntries(
  Object.entries(times).map(([name, sample]) => [name, Number(quantile(sample, 0.5).toFixed(1))]),
);
const toLimit = Number((nsPerLevel.limit / nsPerLevel.product).toFixed(3));
const toTardis = Number((nsPerLevel.tardis / nsPerLevel.product).toFixed(1));
const isSame = [ends.productFromText, ends.tardis].every(
  (end) => JSON.stringify(end) === JSON.stringify(ends.product),
);
console.log(
  JSON.stringify(
    {
      benchmark: 'book',
      what: 'ns per changed price level of an order book, best prices read after each frame',
      data: isRecorded ? 'recorded BTCUSDT' : 'made',
      frames: frames.length,
      levels,
      node: process.version,
      reps,
      nsPerLevel,
      ends,
      verdicts: [
        {
          goal: `at least ${GOALS.toLimit} of one array write`,
          value: toLimit,
          met: toLimit >= GOALS.toLimit,
        },
        {
          goal: `at least ${GOALS.toTardis} times tardis-dev`,
          value: toTardis,
          met: toTardis >= GOALS.toTardis,
        },
        { goal: 'the same book in the end', met: isSame },
      ],
    },
    undefined,
    2,
  ),
);

function runLimit() {
  const slots = new Float64Array(SLOTS);
  let sum = 0;
  for (const { bidNumbers, askNumbers } of frames) {
    for (let at = 0; at < bidNumbers.length; at += 2)
      slots[bidNumbers[at] & (SLOTS - 1)] = bidNumbers[at + 1];
    for (let at = 0; at < askNumbers.length; at += 2)
      slots[askNumbers[at] & (SLOTS - 1)] = askNumbers[at + 1];
    sum += slots[0];
  }
  return { sum };
}

function runProduct() {
  const book = newBook();
  for (const { bidNumbers, askNumbers } of frames) {
    for (let at = 0; at < bidNumbers.length; at += 2) book.setBidTicks(bidNumbers[at], bidNumbers[at + 1]);
    for (let at = 0; at < askNumbers.length; at += 2) book.setAskTicks(askNumbers[at], askNumbers[at + 1]);
    look(book);
  }
  return endOf(book);
}

function runProductFromText() {
  const book = newBook();
  for (const { bids, asks } of frames) {
    for (const [price, quantity] of bids) book.setBid(price, quantity);
    for (const [price, quantity] of asks) book.setAsk(price, quantity);
    look(book);
  }
  return endOf(book);
}

function runTardis() {
  const book = new TardisBook();
  let isFirst = true;
  for (const { bidObjects, askObjects } of frames) {
    book.update({ type: 'book_change', isSnapshot: isFirst, bids: bidObjects, asks: askObjects });
    isFirst = false;
    if (book.bestBid() === undefined) throw new Error('no bid');
    if (book.bestAsk() === undefined) throw new Error('no ask');
  }
  const count = (side) => [...side].length;
  return {
    bid: Math.round(book.bestBid().price / TICK),
    ask: Math.round(book.bestAsk().price / TICK),
    levels: count(book.bids()) + count(book.asks()),
  };
}

function newBook() {
  return new OrderBook(new BookGrid(parseDecimal(String(TICK)), parseDecimal('0.001')));
}

function look(book) {
  if (book.bidTicks === undefined || book.askTicks === undefined) throw new Error('a side is empty');
}

function endOf(book) {
  return { bid: book.bidTicks, ask: book.askTicks, levels: book.size };
}

/** The whole book, then the changes that follow it. */
function recorded(file) {
  const texts = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  const found = [];
  let lastId;
  for (const text of texts) {
    if (text.includes('"lastUpdateId"')) {
      const { lastUpdateId, bids, asks } = JSON.parse(text.slice(text.indexOf(' ')));
      lastId = lastUpdateId;
      found.push(frameOf(bids, asks));
    } else if (lastId !== undefined && text.includes('"depthUpdate"')) {
      const { data } = JSON.parse(text.slice(text.indexOf(' ')));
      if (data.u >= lastId) found.push(frameOf(data.b, data.a));
    }
  }
  return found;
}

/** A price that wanders, levels that come and go around it: always the same ones. */
function made(count) {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  let middle = 600_000;
  const level = (ticks, steps) => [(ticks / 10).toFixed(1), (steps / 1_000).toFixed(3)];
  const whole = (sign) => Array.from({ length: 1_000 }, (_, at) => level(middle + sign * (at + 1), at + 1));
  const found = [frameOf(whole(-1), whole(1))];
  for (let at = 0; at < count; at += 1) {
    const move = Math.round((random() - 0.5) * 8);
    middle += move;
    const passed = Array.from({ length: Math.abs(move) }, (_, n) => level(middle - Math.sign(move) * n, 0));
    const change = (sign) =>
      Array.from({ length: 30 }, () =>
        level(middle + sign * (1 + Math.floor(random() ** 4 * 4_000)), random() < 0.3 ? 0 : random() * 5_000),
      );
    const fixed = (sign) => [...passed, level(middle, 0), ...change(sign), level(middle + sign, 1)];
    found.push(frameOf(fixed(-1), fixed(1)));
  }
  return found;
}

function frameOf(bids, asks) {
  const numbers = (side) =>
    side.flatMap(([price, quantity]) => [
      Math.round(Number(price) / TICK),
      Math.round(Number(quantity) * 1_000),
    ]);
  const objects = (side) => side.map(([price, amount]) => ({ price: Number(price), amount: Number(amount) }));
  return {
    bids,
    asks,
    bidNumbers: Float64Array.from(numbers(bids)),
    askNumbers: Float64Array.from(numbers(asks)),
    bidObjects: objects(bids),
    askObjects: objects(asks),
  };
}

/**
 * The simulated venues in a process of their own: as many symbols as are wanted, at all three venues. Counts what they say
 * to their listeners, and can fall silent, so that both ends can be compared.
 */
import { SIMULATED_VENUE_IDS, startSimulation } from '../../libs/simulator/dist/index.js';
import { answerParent } from '../support/process-link.mjs';

/** What invented coins are like. */
const MODEL = { binance: 'SOLUSDT', okx: 'SOL-USDT-SWAP', bybit: 'SOLUSDT' };
/** Whatever goes by these topics is a trade: one a message, but for Bybit. */
const TRADES = /@aggTrade$|^trades[|:]|^publicTrade\./;
const BOOKS = /@depth@100ms$|^books[|:]|^orderbook\./;

let simulation;
/** Of all venues alike; the flow reads it with each step. */
let flow;
let counts = { messages: 0, books: 0, trades: 0, bytes: 0 };

answerParent({ start, count, tune, hush, truth, stop });

async function start({ symbols, venues, updatesPerSecond, tradesPerSecond }) {
  simulation = await startSimulation({ flow: { updatesPerSecond, tradesPerSecond }, intensity: 1 });
  const names = listed(symbols, venues);
  flow = venues.map((venue) => simulation.venues.of(venue).flow.parts.settings);
  for (const venue of venues) {
    const { parts } = simulation.venues.of(venue).flow;
    const { publish } = parts;
    parts.publish = (topic, payload) => {
      note(topic, payload);
      publish(topic, payload);
    };
  }
  return { environment: simulation.environment, symbols: names };
}

/** Symbols that every one of the venues lists, invented ones after those that there are. */
function listed(count, venues) {
  const every = venues.map((venue) =>
    simulation.venues
      .of(venue)
      .catalog.all()
      .filter(({ state, contractType, quoteAsset, coinMargined }) => {
        const isUsual = state === 'TRADING' && contractType === 'PERPETUAL' && quoteAsset === 'USDT';
        return isUsual && !coinMargined;
      })
      .map(({ baseAsset }) => baseAsset),
  );
  const names = every[0].filter((coin) => every.every((coins) => coins.includes(coin))).slice(0, count);
  for (let number = 1; names.length < count; number += 1) {
    const coin = `LOAD${String.fromCharCode(65 + Math.floor(number / 26), 65 + (number % 26))}`;
    names.push(coin);
    for (const venue of SIMULATED_VENUE_IDS) {
      const { catalog } = simulation.venues.of(venue);
      const model = catalog.get(MODEL[venue]);
      catalog.list({
        ...model,
        venueSymbol: model.venueSymbol.replace('SOL', coin),
        baseAsset: coin,
      });
    }
  }
  return names.map((coin) => `${coin}USDT`);
}

function note(topic, payload) {
  counts.messages += 1;
  counts.bytes += payload.length;
  if (BOOKS.test(topic)) counts.books += 1;
  if (!TRADES.test(topic)) return;
  counts.trades += topic.startsWith('publicTrade.') ? JSON.parse(payload).data.length : 1;
}

function count() {
  return counts;
}

/** Trades are so many times as frequent from now on. */
function tune({ factor }) {
  for (const settings of flow) settings.tradesPerSecond *= factor;
}

/** Nothing happens any more; connections stay. */
function hush() {
  for (const venue of SIMULATED_VENUE_IDS) simulation.venues.of(venue).flow.pass = () => undefined;
  return counts;
}

/** The best levels of a book as who heard everything must have it. */
function truth({ venue, venueSymbol, levels }) {
  const { bids, asks } = simulation.venues.bookOf(venue, venueSymbol);
  return { bids: bids.slice(0, levels), asks: asks.slice(0, levels) };
}

function stop() {
  return simulation.stop();
}

import { parseDecimal } from '@orderfox/domain';
import { VENUE_ADAPTERS } from '@orderfox/venues';

const COMPARED_LEVELS = 20;

/** Every book as the backend shows it beside the one of its venue, in coins. Resolves with how many, and which differ. */
export async function compareBooks({ root, simulator, venues, environment, names }) {
  let compared = 0;
  const different = [];
  for (const adapter of VENUE_ADAPTERS.filter(({ id }) => venues.includes(id))) {
    const roots = {
      ws: environment[`${adapter.id.toUpperCase()}_WS_BASE_URL`],
      rest: environment[`${adapter.id.toUpperCase()}_REST_BASE_URL`],
    };
    const listed = await adapter.listInstruments(readJson, roots);
    for (const symbol of names) {
      const shown = await orderBook(root, symbol, adapter.id);
      const instrument = listed.find(({ venueSymbol }) => venueSymbol === shown?.venueSymbol);
      const units = instrument && adapter.books.unitsOf(instrument);
      const truth =
        units && (await simulator.call('truth', { ...marketOf(instrument), levels: COMPARED_LEVELS }));
      const inCoins = (levels) =>
        levels.map(([price, quantity]) => ({
          price: units.pricePerCoin(parseDecimal(price)),
          quantity: units.coins(parseDecimal(quantity)),
        }));
      const expected = truth && JSON.stringify([inCoins(truth.bids), inCoins(truth.asks)]);
      const actual = JSON.stringify([shown.bids, shown.asks]);
      compared += 1;
      if (expected !== actual) different.push({ venue: adapter.id, symbol, expected, actual });
    }
  }
  return { compared, different };
}

function marketOf({ venue, venueSymbol }) {
  return { venue, venueSymbol };
}

async function orderBook(root, symbol, venue) {
  const query = `query ($symbol: ID!, $venue: ID!, $limit: Int!) {
    orderBook(symbol: $symbol, venue: $venue, limit: $limit) {
      venueSymbol bids { price quantity } asks { price quantity } } }`;
  const variables = { symbol, venue, limit: COMPARED_LEVELS };
  const response = await fetch(`${root}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors).slice(0, 500));
  return data.orderBook;
}

async function readJson(url) {
  return (await fetch(url)).json();
}

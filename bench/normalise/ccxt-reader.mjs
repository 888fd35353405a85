import ccxt from 'ccxt';

/** As its own socket would hand on a frame that has arrived; what it keeps of it is begun anew with each pass. */
export function ccxtReader(venue, kind, texts) {
  const exchange = new ccxt.pro[{ binance: 'binanceusdm', okx: 'okx', bybit: 'bybit' }[venue]]();
  const ids = new Set(
    texts.flatMap((text) => [...text.matchAll(/"(?:s|instId)":"([^"]+)"/g)].map(([, id]) => id)),
  );
  exchange.setMarkets([...ids].map((id) => ccxtMarket(exchange, id)));
  // The recorded sums are of other numbers.
  exchange.options.checksum = false;
  const client = {
    url: { binance: 'wss://fstream.binance.com/ws', okx: 'wss://okx', bybit: 'wss://bybit/v5/public/linear' }[
      venue
    ],
    subscriptions: {},
    futures: {},
    resolve: () => undefined,
    reject(error) {
      throw error;
    },
  };
  const read = (text) => exchange.handleMessage(client, JSON.parse(text));
  if (venue === 'binance' && kind === 'books') {
    const { data: first } = JSON.parse(texts[0]);
    const { symbol } = exchange.safeMarket(first.s, undefined, undefined, 'swap');
    exchange.orderbooks[symbol] = exchange.orderBook({});
    read.begin = () =>
      exchange.orderbooks[symbol].reset({ bids: [], asks: [], nonce: first.U, timestamp: undefined });
  }
  return read;
}

function ccxtMarket(exchange, id) {
  const [base] = id.split(/-|USDT?/);
  return exchange.safeMarketStructure({
    ...{ id, symbol: `${id}:USDT`, base, quote: 'USDT', settle: 'USDT', baseId: base, quoteId: 'USDT' },
    ...{ type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, active: true },
    ...{ contractSize: 1, precision: { price: 0.1, amount: 0.001 }, limits: {}, info: {} },
  });
}

import { splitCoinMultiple } from '@orderfox/domain';
import { COINS, USDC_COINS, type Coin } from './coins.js';
import { powerOfTen, type Listing } from './listing.js';
import { VenueCatalog } from './venue-catalog.js';

const QUARTER_END_MS = Date.UTC(2026, 11, 25, 8);

/** Coins per OKX contract of the well-known markets; others hold about 10 to 100 dollars. */
const OKX_CONTRACT_COINS: Readonly<Record<string, string>> = {
  BTC: '0.01', ETH: '0.1', SOL: '1', XRP: '100', DOGE: '1000', ADA: '100', LTC: '1', BNB: '0.01', APT: '1',
  CELO: '1', MINA: '1', DYDX: '1', MUBARAK: '10', PEPE: '10000000', SHIB: '1000000', BONK: '100000',
  FLOKI: '100000', SATS: '10000000', BABYDOGE: '1000000000', TRX: '1000', LINK: '1', AVAX: '1', DOT: '1',
}; // prettier-ignore

/** About five significant digits, as the venues do. */
export function tickFor(price: number): string {
  const exponent = Math.floor(Math.log10(price)) - (price >= 1000 ? 5 : 4);
  // Prices show two digits at least: Bitcoin's tick is written 0.10.
  return exponent === -1 ? '0.10' : powerOfTen(exponent);
}

/** A step worth a few dollars at most, never below one coin for cheap coins. */
export function stepFor(price: number): string {
  return powerOfTen(Math.min(0, -Math.floor(Math.log10(price / 20))));
}

function linear(venueSymbol: string, coin: Coin, baseAsset: string, quoteAsset: string): Listing {
  const price = coin.price * 10 ** splitCoinMultiple(baseAsset).power;
  return {
    venueSymbol,
    baseAsset,
    quoteAsset,
    contractType: 'PERPETUAL',
    state: 'TRADING',
    sizeUnit: 'BASE',
    tickSize: tickFor(price),
    quantityStep: stepFor(price),
    startPrice: price,
    weight: quoteAsset === 'USDT' ? coin.weight : coin.weight / 12,
    turnover24h: coin.weight ** 2 * 1_100_000 * (quoteAsset === 'USDT' ? 1 : 0.08),
  };
}

/** Binance USD-M, with the COIN-M contract that shares its merged stream. */
export function binanceCatalog(): VenueCatalog {
  const listings = COINS.flatMap((coin) => {
    if (coin.binance === null) return [];
    const base = coin.binance ?? coin.name;
    const quotes = USDC_COINS.includes(coin.name) ? ['USDT', 'USDC'] : ['USDT'];
    return quotes.map((quote) => linear(`${base}${quote}`, coin, base, quote));
  });
  const dated = COINS.slice(0, 2).map((coin) => ({
    ...linear(`${coin.name}USDT_261225`, coin, coin.name, 'USDT'),
    contractType: 'DATED' as const,
    deliveryMs: QUARTER_END_MS,
    weight: 2,
  }));
  const gold = { ...linear('XAUUSDT', { name: 'XAU', price: 4012, weight: 0 }, 'XAU', 'USDT') };
  const settled = { ...linear('AGIXUSDT', { name: 'AGIX', price: 0.061, weight: 0 }, 'AGIX', 'USDT') };
  return new VenueCatalog([
    ...listings,
    ...dated,
    { ...gold, contractType: 'TRADIFI' },
    { ...settled, state: 'HALTED' },
    {
      ...linear('BTCUSD_PERP', { name: 'BTC', price: 82_650, weight: 6 }, 'BTC', 'USD'),
      sizeUnit: 'INVERSE_CONTRACTS',
      contractSize: '100',
      quantityStep: '1',
      coinMargined: true,
    },
  ]);
}

/** OKX swaps and futures: contracts instead of coins, inverse ones included. */
export function okxCatalog(): VenueCatalog {
  const swap = (coin: Coin, family: string, quote: string): Listing => ({
    ...linear(`${coin.name}-${family}-SWAP`, coin, coin.name, quote),
    sizeUnit: 'LINEAR_CONTRACTS',
    contractSize: OKX_CONTRACT_COINS[coin.name] ?? powerOfTen(Math.floor(Math.log10(100 / coin.price))),
    quantityStep: coin.weight >= 30 ? '0.01' : '1',
  });
  const inverse = (coin: Coin): Listing => ({
    ...swap(coin, 'USD', 'USD'),
    sizeUnit: 'INVERSE_CONTRACTS',
    contractSize: coin.name === 'BTC' ? '100' : '10',
    quantityStep: '1',
    weight: coin.weight / 15,
  });
  const listed = COINS.filter((coin) => coin.okx !== null);
  const large = COINS.slice(0, 3);
  return new VenueCatalog([
    ...listed.map((coin) => swap(coin, 'USDT', 'USDT')),
    ...listed.filter((coin) => USDC_COINS.includes(coin.name)).map((coin) => swap(coin, 'USDC', 'USDC')),
    ...large.map((coin) => inverse(coin)),
    ...large.map((coin) => ({ ...swap(coin, 'USD_UM', 'USD'), weight: 0 })),
    ...large.slice(0, 2).map((coin) => ({
      ...swap(coin, 'USDT', 'USDT'),
      venueSymbol: `${coin.name}-USDT-261225`,
      contractType: 'DATED' as const,
      deliveryMs: QUARTER_END_MS,
      weight: 0,
    })),
    { ...swap({ name: 'LUNA', price: 0.092, weight: 0 }, 'USDT', 'USDT'), state: 'HALTED' },
  ]);
}

/** Bybit linear: USDT and USDC perpetuals and dated contracts. */
export function bybitCatalog(): VenueCatalog {
  const listings = COINS.flatMap((coin) => {
    if (coin.bybit === null) return [];
    const base = coin.bybit ?? coin.name;
    const usdt = linear(`${base}USDT`, coin, base, 'USDT');
    return USDC_COINS.includes(coin.name) ? [usdt, linear(`${base}PERP`, coin, base, 'USDC')] : [usdt];
  });
  const dated = COINS.slice(0, 2).map((coin) => ({
    ...linear(`${coin.name}USDT-25DEC26`, coin, coin.name, 'USDT'),
    contractType: 'DATED' as const,
    deliveryMs: QUARTER_END_MS,
    weight: 1,
  }));
  const coming = { name: 'NEXTCOIN', price: 1.2, weight: 0 };
  return new VenueCatalog([
    ...listings,
    ...dated,
    { ...linear('NEXTCOINUSDT', coming, 'NEXTCOIN', 'USDT'), state: 'PRE_LAUNCH' },
  ]);
}

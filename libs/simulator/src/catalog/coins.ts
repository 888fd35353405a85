/** A coin of the built-in catalogue: its price in dollars at the start and its share of the trade. */
export interface Coin {
  readonly name: string;
  readonly price: number;
  /** 100 is Bitcoin; decides how often it is liquidated and how large. */
  readonly weight: number;
  /** Name per venue where it trades in multiples; `null`: not listed there. */
  readonly binance?: string | null;
  readonly okx?: string | null;
  readonly bybit?: string | null;
}

const row = (name: string, price: number, weight: number, names: Partial<Coin> = {}): Coin => ({
  name,
  price,
  weight,
  ...names,
});

/** About sixty coins: the large ones, cheap ones that venues list in multiples, and names that look like multiples. */
export const COINS: readonly Coin[] = [
  row('BTC', 82_650, 100),
  row('ETH', 2_480, 90),
  row('SOL', 112.4, 55),
  row('XRP', 1.405, 38),
  row('DOGE', 0.0742, 30),
  row('BNB', 702, 18),
  row('ADA', 0.1938, 16),
  row('AVAX', 8.92, 12),
  row('LINK', 9.31, 14),
  row('SUI', 1.046, 18),
  row('LTC', 61.4, 10),
  row('BCH', 322, 9),
  row('TRX', 0.288, 7),
  row('DOT', 1.372, 9),
  row('NEAR', 1.522, 9),
  row('APT', 1.061, 8),
  row('ARB', 0.1122, 10),
  row('OP', 0.141, 8),
  row('FIL', 0.961, 7),
  row('ATOM', 1.832, 6),
  row('UNI', 3.62, 8),
  row('AAVE', 96.2, 8),
  row('ENA', 0.1092, 12),
  row('WIF', 0.2243, 11),
  row('TIA', 0.392, 8),
  row('SEI', 0.0712, 7),
  row('INJ', 3.21, 6),
  row('JUP', 0.1812, 8),
  row('ONDO', 0.312, 7),
  row('HYPE', 41.2, 24),
  row('TAO', 212, 11),
  row('WLD', 0.412, 9),
  row('ZEC', 238, 15),
  row('DASH', 38.1, 6),
  row('XMR', 342, 4, { okx: null }),
  row('ICP', 2.44, 5),
  row('ETC', 8.51, 5),
  row('HBAR', 0.0951, 6),
  row('XLM', 0.161, 6),
  row('ALGO', 0.1034, 4),
  row('CELO', 0.0958, 3),
  row('MINA', 0.0986, 3),
  row('DYDX', 0.1572, 3),
  row('STRK', 0.0516, 4),
  row('LDO', 0.341, 5),
  row('CRV', 0.242, 5),
  row('PNUT', 0.0441, 6, { okx: 'PNUT' }),
  row('FARTCOIN', 0.1912, 13),
  row('PENGU', 0.00912, 9),
  row('TRUMP', 3.12, 9),
  row('VINE', 0.0151, 3, { okx: null, bybit: null }),
  row('BANANAS31', 0.0042, 3, { okx: null }),
  row('0G', 0.642, 4),
  row('1INCH', 0.0912, 3),
  row('NEIROETH', 0.0512, 2, { okx: null }),
  row('PEPE', 0.00000412, 22, { binance: '1000PEPE', bybit: '1000PEPE' }),
  row('SHIB', 0.00000602, 9, { binance: '1000SHIB', bybit: 'SHIB1000' }),
  row('BONK', 0.00000612, 9, { binance: '1000BONK', bybit: '1000BONK' }),
  row('FLOKI', 0.0000302, 5, { binance: '1000FLOKI', bybit: '1000FLOKI' }),
  row('SATS', 0.0000000122, 3, { binance: '1000SATS', bybit: '10000SATS' }),
  row('MOG', 0.000000211, 3, { binance: '1000000MOG', okx: null, bybit: '1000000MOG' }),
  row('BABYDOGE', 0.00000000062, 3, { binance: '1MBABYDOGE', bybit: '1000000BABYDOGE' }),
  row('LADYS', 0.0000000091, 2, { binance: null, okx: null, bybit: '10000LADYS' }),
  row('MUBARAK', 0.0182, 2, { bybit: null }),
  row('MARSCOIN', 0.1273, 2, { binance: null, okx: null }),
  row('币安人生', 0.1123, 4, { okx: null, bybit: null }),
];

/** Coins with a second market against USDC on every venue. */
export const USDC_COINS: readonly string[] = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'PEPE'];

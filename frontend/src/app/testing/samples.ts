import {
  type CandleFieldsFragment,
  type Liquidation,
  type LiquidationVolumeFieldsFragment,
  type TradeBarFieldsFragment,
} from '@orderfox/client';
import { type MarketSymbol } from '../features/symbols/symbol-match.js';
import { type Venue } from '../features/venues/venue-store.js';

/** A forced sale of 0.014 BTC; `seq` makes it one of many. */
export function aLiquidation(seq: number, change: Partial<Liquidation> = {}): Liquidation {
  const timestamp = Date.UTC(2026, 0, 27, 14, 27, 0) + seq * 1_000;
  return {
    id: `event-${seq}`,
    cursor: `cursor-${seq}`,
    venue: 'binance',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    liquidatedSide: 'LONG',
    side: 'SELL',
    quantity: '0.014',
    quantityFormatted: '0.014',
    price: '9910',
    priceFormatted: '9,910.00',
    averagePrice: null,
    markPrice: null,
    priceUsed: 'FILL',
    notionalUsd: '138.74',
    notionalUsdFormatted: '139',
    timestamp,
    receivedAt: timestamp + 20,
    committedAt: timestamp + 30,
    displayTime: '14:27:00',
    ...change,
  };
}

/** A venue whose only feed is live; `state` and `reason` make it something else. */
export function aVenue(
  id: string,
  name: string,
  state: Venue['status'] = 'LIVE',
  reason = 'Data flows.',
): Venue {
  return {
    id,
    name,
    status: state,
    statusReason: reason,
    completeness: 'SAMPLED',
    completenessNote: 'At most one per symbol and second.',
    feeds: [
      {
        stream: 'liquidations',
        recorded: true,
        state,
        reason,
        since: Date.UTC(2026, 0, 27, 14, 0, 0),
        until: null,
        lastEventAt: Date.UTC(2026, 0, 27, 14, 27, 37),
        lastDataAt: Date.UTC(2026, 0, 27, 14, 27, 39),
        eventsToday: 12,
        gapsToday: 1,
        openGapSince: null,
      },
    ],
    requests: {
      state: 'LIVE',
      reason: 'Requests are answered.',
      since: Date.UTC(2026, 0, 27, 14, 0, 0),
      until: null,
    },
  };
}

/** A market with the names that venues have for it. */
export function aSymbol(id: string, baseAsset: string, venueSymbols: readonly string[] = [id]): MarketSymbol {
  const quoteAsset = id.slice(baseAsset.length);
  return {
    id,
    uiName: `${baseAsset}/${quoteAsset}`,
    baseAsset,
    quoteAsset,
    volume24h: '1000000',
    volume24hFormatted: '1M',
    source: 'VENUE',
    markets: venueSymbols.map((venueSymbol) => ({
      venue: venueSymbol.includes('-') ? 'okx' : 'binance',
      venueSymbol,
    })),
  };
}

/** Start of the minute that the chart samples count from. */
export const FIRST_MINUTE_MS = Date.UTC(2026, 0, 27, 14, 0, 0);

/** A closed candle of the minute `minute` after the first. */
export function aCandle(minute: number, change: Partial<CandleFieldsFragment> = {}): CandleFieldsFragment {
  return {
    venue: 'binance',
    timestamp: FIRST_MINUTE_MS + minute * 60_000,
    open: '100',
    high: '110.5',
    low: '99',
    close: '105.25',
    volume: '12.5',
    isClosed: true,
    ...change,
  };
}

/** A bucket of the minute `minute` after the first: three quarters shorts. */
export function aBucket(
  minute: number,
  change: Partial<LiquidationVolumeFieldsFragment> = {},
): LiquidationVolumeFieldsFragment {
  return {
    timestamp: FIRST_MINUTE_MS + minute * 60_000,
    buyVolume: '3000.5',
    sellVolume: '1000',
    totalVolume: '4000.5',
    deltaVolume: '2000.5',
    buyVolumeFormatted: '3K',
    sellVolumeFormatted: '1K',
    totalVolumeFormatted: '4K',
    deltaVolumeFormatted: '2K',
    count: 4,
    revision: 1,
    quality: 'FLOOR',
    ...change,
  };
}

/** What takers did in the minute `minute` after the first: three quarters bought. */
export function aTradeBar(
  minute: number,
  change: Partial<TradeBarFieldsFragment> = {},
): TradeBarFieldsFragment {
  return {
    venue: 'binance',
    timestamp: FIRST_MINUTE_MS + minute * 60_000,
    buyVolume: '3000.5',
    sellVolume: '1000',
    deltaVolume: '2000.5',
    cvd: '-12649.5',
    isCvdPartial: false,
    count: 7,
    quality: 'EXACT',
    isClosed: true,
    ...change,
  };
}

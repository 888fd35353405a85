/** Writes `schema.graphql` anew: `node backend/dist/emit-schema.js` after a build. A spec fails when it was forgotten. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emitSdl } from './core/graphql/emit-schema.js';
import { BasisResolver } from './modules/basis/basis.resolver.js';
import { BookTopResolver } from './modules/book-tops/book-top.resolver.js';
import {
  OrderBookDepthResolver,
  OrderBookLevelResolver,
  OrderBookResolver,
} from './modules/books/order-book.resolver.js';
import { CandleResolver } from './modules/candles/candle.resolver.js';
import { VenueResolver } from './modules/feeds/venue.resolver.js';
import { FundingResolver } from './modules/funding/funding.resolver.js';
import { LiquidationResolver } from './modules/liquidation/liquidation.resolver.js';
import { OpenInterestResolver } from './modules/open-interest/open-interest.resolver.js';
import { SymbolResolver } from './modules/symbols/symbol.resolver.js';
import { SystemResolver } from './modules/system/system.resolver.js';
import { TradeBarResolver } from './modules/trade-bars/trade-bar.resolver.js';
import { TradeResolver } from './modules/trades/trade.resolver.js';
import { VolumeUpdatesResolver } from './modules/volume/volume-updates.resolver.js';
import { VolumeResolver } from './modules/volume/volume.resolver.js';

const FILE = join(import.meta.dirname, '../schema.graphql');

const RESOLVERS = [
  SymbolResolver,
  VenueResolver,
  LiquidationResolver,
  VolumeResolver,
  VolumeUpdatesResolver,
  CandleResolver,
  OrderBookResolver,
  OrderBookLevelResolver,
  OrderBookDepthResolver,
  BookTopResolver,
  BasisResolver,
  TradeResolver,
  TradeBarResolver,
  OpenInterestResolver,
  FundingResolver,
  SystemResolver,
];

await writeFile(FILE, await emitSdl(RESOLVERS));

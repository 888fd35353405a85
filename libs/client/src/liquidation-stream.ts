import { EventStream, type EventStreamOptions } from './event-stream.js';
import {
  LiquidationAddedDocument,
  type LiquidationAddedSubscription,
  type LiquidationFilter,
} from './generated/graphql.js';
import { type Liquidation } from './liquidation-history.js';
import { type StreamTools } from './stream-reader.js';

/** What to stream, and from where. */
export interface LiquidationStreamOptions extends EventStreamOptions {
  readonly filter?: LiquidationFilter | undefined;
  /** A cursor to go on after. Left out: from now on. */
  readonly after?: string | undefined;
}

/** Every liquidation that matches, in order, once each: an EventStream. */
export function openLiquidations(
  tools: StreamTools,
  { filter, after, ...options }: LiquidationStreamOptions,
): AsyncIterableIterator<Liquidation, undefined> {
  const request = { query: LiquidationAddedDocument.toString(), variables: { filter, after } };
  const shape = {
    eventOf: (result: LiquidationAddedSubscription) => result.liquidationAdded,
    cursorOf: (result: LiquidationAddedSubscription) => result.liquidationAdded.cursor,
    idOf: (result: LiquidationAddedSubscription) => result.liquidationAdded.id,
  };
  return new EventStream(tools, request, shape, options).events;
}

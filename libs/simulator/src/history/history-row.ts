import type { OrderSide } from '@orderfox/domain';
import { asObject, parseJson, textOf } from '../server/json-reading.js';
import type { LedgerEvent } from '../truth-ledger.js';

/** A forced order of Binance as the history service keeps it: its fields under long names, numbers as text. */
export interface HistoryRow {
  readonly id: number;
  readonly symbol: string;
  readonly side: string;
  readonly order_type: string;
  readonly time_in_force: string;
  readonly original_quantity: string;
  readonly price: string;
  readonly average_price: string;
  readonly order_status: string;
  readonly order_last_filled_quantity: string;
  readonly order_filled_accumulated_quantity: string;
  readonly order_trade_time: number;
}

/** An order that the service knows of; the venue's feed need not have told it. */
export interface KeptOrder {
  readonly venueSymbol: string;
  readonly side: OrderSide;
  readonly quantity: string;
  /** Limit of the order. */
  readonly price: string;
  /** Absent: equal to the price. */
  readonly averagePrice?: string;
  readonly timeMs: number;
}

/** The row of an order. */
export function rowOf(order: KeptOrder, id: number): HistoryRow {
  return {
    id,
    symbol: order.venueSymbol,
    side: order.side.toLowerCase(),
    order_type: 'LIMIT',
    time_in_force: 'IOC',
    original_quantity: order.quantity,
    price: order.price,
    average_price: order.averagePrice ?? order.price,
    order_status: 'FILLED',
    order_last_filled_quantity: order.quantity,
    order_filled_accumulated_quantity: order.quantity,
    order_trade_time: order.timeMs,
  };
}

/** The row of something that the simulated Binance put on the wire; undefined for what is no such order. */
export function rowOfEvent({ venue, row, recordable, id }: LedgerEvent): HistoryRow | undefined {
  const order = venue === 'binance' && recordable ? asObject(parseJson(row)) : undefined;
  if (order === undefined) return undefined;
  return {
    id,
    symbol: textOf(order, 's'),
    side: textOf(order, 'S').toLowerCase(),
    order_type: textOf(order, 'o'),
    time_in_force: textOf(order, 'f'),
    original_quantity: textOf(order, 'q'),
    price: textOf(order, 'p'),
    average_price: textOf(order, 'ap'),
    order_status: textOf(order, 'X'),
    order_last_filled_quantity: textOf(order, 'l'),
    order_filled_accumulated_quantity: textOf(order, 'z'),
    order_trade_time: Number(textOf(order, 'T')),
  };
}

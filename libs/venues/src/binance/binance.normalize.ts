import { fromOrderSide, type Liquidation, type Sides } from '@orderfox/domain';
import { toLiquidation } from '../liquidation-event.js';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { normalisePlainRows, normaliseRows, refuseFrame, type RowContext } from '../normalise-rows.js';
import { type Normalised } from '../venue-adapter.js';
import {
  isRecord,
  readInstrument,
  readOptionalPositive,
  readPositive,
  readRecord,
  readTimeMs,
  type Unchecked,
} from '../wire-row.js';
import { type CombinedFrame, type ForcedOrder, type ForceOrderPush } from './binance.messages.js';
import { requireUsdM } from './binance.product.js';
import { ScannedForceOrder } from './force-order-scan.js';

/** True for the all-market stream and for those of single symbols. */
export function isForceOrderStream(stream: string): boolean {
  return stream === '!forceOrder@arr' || stream.endsWith('@forceOrder');
}

/**
 * Reads a frame of forced orders, wrapped as on a combined connection or bare as on a raw one. The payload is one
 * object; a list is accepted too, because the stream's name promises one.
 */
export function normaliseForceOrders(message: unknown, context: RowContext): Normalised {
  if (message instanceof ScannedForceOrder) {
    const { order, raw } = message;
    const read = normalisePlainRows([order], () => readForcedOrder(order, context, () => raw));
    return read ?? readPushes([message.data], message, context);
  }
  if (!isRecord(message)) return readPushes(Array.isArray(message) ? message : [message], message, context);
  const frame: Unchecked<CombinedFrame> = message;
  if (frame.stream === undefined) return readPushes([message], message, context);
  if (typeof frame.stream !== 'string' || !isForceOrderStream(frame.stream)) {
    return refuseFrame('UNKNOWN_CHANNEL', `stream is ${describeValue(frame.stream)}`, message, context);
  }
  return readPushes(Array.isArray(frame.data) ? frame.data : [frame.data], message, context);
}

function readPushes(pushes: readonly unknown[], frame: unknown, context: RowContext): Normalised {
  return normaliseRows(pushes, frame, context, {
    read: (push) => readPush(push, context),
    symbolOf,
    rawOf: (push) => push,
  });
}

function readPush(value: unknown, context: RowContext): Liquidation | undefined {
  const push: Unchecked<ForceOrderPush> = readRecord(value, 'payload');
  if (push.e !== 'forceOrder') throw new NormalizeError('UNKNOWN_CHANNEL', `e is ${describeValue(push.e)}`);
  const order: Unchecked<ForcedOrder> = readRecord(push.o, 'o');
  requireUsdM(push.st);
  return readForcedOrder(order, context, () => JSON.stringify(value));
}

/**
 * Reads one forced order; undefined if nobody records its market. `raw` gives the row it stands in as JSON. Throws NormalizeError,
 * and names fields as the venue does.
 */
export function readForcedOrder(
  order: Unchecked<ForcedOrder>,
  context: RowContext,
  raw: () => string,
): Liquidation | undefined {
  requireUsdM(order.st);
  const instrument = readInstrument(order.s, 's', context.instruments);
  if (!context.records(instrument.symbol)) return undefined;
  const sides = readSides(order.S);
  const venueTimeMs = readTimeMs(order.T, 'T', context.receivedTimeMs);
  const ordered = readPositive(order.q, 'q');
  const price = readPositive(order.p, 'p');
  const filled = readOptionalPositive(order.z, 'z');
  const averagePrice = readOptionalPositive(order.ap, 'ap');
  return toLiquidation({
    // The venue gives no id; at most one order per symbol and second makes these fields one.
    eventKey: `binance|${instrument.venueSymbol}|${sides.side}|${venueTimeMs}|${filled ?? ''}|${averagePrice ?? ''}|${ordered}|${price}`,
    instrument,
    sides,
    size: filled ?? ordered,
    price,
    averagePrice,
    priceUsed: averagePrice === undefined ? 'ORDER' : 'FILL',
    venueTimeMs,
    receivedTimeMs: context.receivedTimeMs,
    raw: raw(),
  });
}

function readSides(side: unknown): Sides {
  if (side === 'BUY' || side === 'SELL') return fromOrderSide(side);
  throw new NormalizeError('BAD_SIDE', `S is ${describeValue(side)}`);
}

function symbolOf(push: unknown): unknown {
  const order = isRecord(push) ? push.o : undefined;
  return isRecord(order) ? order.s : undefined;
}

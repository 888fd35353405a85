import { fromOrderSide, type Liquidation } from '@orderfox/domain';
import { toLiquidation } from '../liquidation-event.js';
import { describeValue, NormalizeError } from '../normalize-error.js';
import {
  normalisePlainRows,
  normaliseRows,
  refuseFrame,
  type RowContext,
  type RowReading,
} from '../normalise-rows.js';
import { type Normalised } from '../venue-adapter.js';
import {
  isRecord,
  readInstrument,
  readPositive,
  readRecord,
  readTimeMs,
  type Unchecked,
} from '../wire-row.js';
import { ScannedLiquidation } from './liquidation-scan.js';
import {
  type ChannelArgument,
  type LiquidationDetail,
  type LiquidationPush,
  type LiquidationRow,
} from './okx.messages.js';

/** The only product that is asked for. */
const PRODUCT = 'SWAP';

/** One forced order together with the contract it belongs to; `detail` is undefined where the row names none. */
interface DetailRow {
  readonly contract: Unchecked<LiquidationRow>;
  readonly detail: unknown;
}

/**
 * Reads a frame of `liquidation-orders`: every detail of every row. The first frame of a connection repeats recent
 * history; it is read like any other, since an event that is stored already has the same key.
 */
export function normaliseLiquidationOrders(message: unknown, context: RowContext): Normalised {
  if (message instanceof ScannedLiquidation) {
    const read = normalisePlainRows([message], () =>
      readDetail(message, PRODUCT, context, () => message.raw),
    );
    return read ?? normaliseLiquidationOrders(message.parsed, context);
  }
  if (!isRecord(message)) {
    return refuseFrame('MALFORMED', `frame is ${describeValue(message)}`, message, context);
  }
  const push: Unchecked<LiquidationPush> = message;
  const channel: Unchecked<ChannelArgument> = isRecord(push.arg) ? push.arg : {};
  if (channel.channel !== 'liquidation-orders') {
    return refuseFrame('UNKNOWN_CHANNEL', `channel is ${describeValue(channel.channel)}`, message, context);
  }
  if (!Array.isArray(push.data)) {
    return refuseFrame('MALFORMED', `data is ${describeValue(push.data)}`, message, context);
  }
  return normaliseRows(push.data.flatMap(detailsOf), message, context, {
    read: (row) => readDetail(row, channel.instType, context, () => JSON.stringify(rawOf(row))),
    symbolOf: (row) => row.contract.instId,
    rawOf,
  });
}

function detailsOf(row: unknown): readonly DetailRow[] {
  if (!isRecord(row)) return [{ contract: {}, detail: row }];
  const contract: Unchecked<LiquidationRow> = row;
  if (!Array.isArray(contract.details) || contract.details.length === 0)
    return [{ contract, detail: undefined }];
  return contract.details.map((detail: unknown) => ({ contract, detail }));
}

function readDetail(
  { contract, detail }: DetailRow,
  instType: unknown,
  context: RowContext,
  raw: () => string,
): RowReading {
  if (instType !== PRODUCT)
    throw new NormalizeError('OTHER_PRODUCT', `instType is ${describeValue(instType)}`);
  const order: Unchecked<LiquidationDetail> = readRecord(detail, 'details');
  const instrument = readInstrument(contract.instId, 'instId', context.instruments);
  if (!context.records(instrument.symbol)) return undefined;
  const { side, posSide } = order;
  if (side !== 'sell' && side !== 'buy')
    throw new NormalizeError('BAD_SIDE', `side is ${describeValue(side)}`);
  const venueTimeMs = readTimeMs(order.ts, 'ts', context.receivedTimeMs);
  const size = readPositive(order.sz, 'sz');
  const price = readPositive(order.bkPx, 'bkPx');
  const event: Liquidation = toLiquidation({
    eventKey: `okx|${instrument.venueSymbol}|${side}|${nameOf(posSide)}|${venueTimeMs}|${size}|${price}`,
    instrument,
    sides: fromOrderSide(side === 'sell' ? 'SELL' : 'BUY'),
    size,
    price,
    priceUsed: 'BANKRUPTCY',
    venueTimeMs,
    receivedTimeMs: context.receivedTimeMs,
    raw: raw(),
  });
  const agrees = posSide === 'net' || posSide === (side === 'sell' ? 'long' : 'short');
  // The order is what hit the market, so its side decides; 100 of 100 rows agreed when compared in 2026-09.
  return agrees ? event : { contradictory: event };
}

function nameOf(posSide: unknown): string {
  return posSide === 'long' || posSide === 'short' || posSide === 'net' ? posSide : '';
}

/** The row as the venue would have sent it alone; long texts are cut, since each detail repeats them. */
function rawOf({ contract, detail }: DetailRow): unknown {
  const { instType, instId, instFamily, uly } = contract;
  return {
    instType: short(instType),
    instId: short(instId),
    instFamily: short(instFamily),
    uly: short(uly),
    details: detail === undefined ? [] : [detail],
  };
}

function short(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 64) : undefined;
}

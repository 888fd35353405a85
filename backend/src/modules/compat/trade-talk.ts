import { type DecimalString, type OrderSide } from '@orderfox/domain';
import { type ExecutionResult } from 'graphql';
import { ApiError } from '../../core/graphql-errors.js';
import { type ResultForm } from '../../core/graphql-socket/result-form.js';
import { type CompatProblem } from './compat-errors.js';
import { type CompatTalk } from './compat-session.js';
import { FixedOperation } from './fixed-operation.js';
import { TradeGate } from './trade-gate.js';

/** What forms and talks work with. */
export interface TradeTalkParts {
  /** The canonical name of a market. */
  readonly nameOf: (symbol: string) => string;
  /** The time as messages have it. */
  readonly timestamp: () => string;
  readonly problemOf: (error: unknown) => CompatProblem;
  /** The most rows that an answer may have. */
  readonly maxRows: number;
}

/** Trades of the first message, where so many are allowed. */
const NEWEST = 100;

const ROW = `id symbol venue takerSide price quantity timestamp
  priceFormatted quantityFormatted displayTime isAfterGap`;

const PAST = new FixedOperation(`query($symbol: ID!, $first: Int!) {
  trades(symbol: $symbol, first: $first) { ${ROW} }
}`);
const LIVE = new FixedOperation(
  `subscription($symbol: ID!) { trade: tradeAdded(symbol: $symbol) { ${ROW} } }`,
);

/** A trade as GraphQL gives it. */
interface Row {
  readonly id: string;
  readonly symbol: string;
  readonly venue: string;
  readonly takerSide: OrderSide;
  readonly price: DecimalString;
  readonly quantity: DecimalString;
  readonly timestamp: number;
  readonly priceFormatted: string;
  readonly quantityFormatted: string;
  readonly displayTime: string;
  readonly isAfterGap: boolean;
}

/** The conversations about trades. */
export class TradeTalks {
  readonly #live: ResultForm = {
    name: 'trades_update',
    write: (result) => JSON.stringify(this.#told(result)),
  };

  constructor(private readonly parts: TradeTalkParts) {}

  /**
   * The newest trades of a market, then each as it comes: none twice and none left out between both. Where the venue cannot
   * be reached that is said, and nothing is made up.
   */
  about(symbol: string): CompatTalk {
    return async (line) => {
      const gate = new TradeGate();
      // First, so that what comes while the past is asked for is not missed.
      await line.follow(LIVE, { symbol }, this.#live, gate);
      const first = Math.min(NEWEST, this.parts.maxRows);
      const { trades } = (await line.ask(PAST, { symbol, first })) as { readonly trades: readonly Row[] };
      if (gate.hasOverflowed) throw tooMany();
      const name = this.parts.nameOf(symbol);
      line.send(this.#update(name, trades, true));
      gate.open(trades.map(({ id }) => id));
      line.keepAlive(() => ({ type: 'heartbeat', symbol: name, timestamp: this.parts.timestamp() }));
    };
  }

  #told({ data, errors }: ExecutionResult): object {
    if (errors !== undefined) {
      return { type: 'error', ...this.parts.problemOf(errors[0]), timestamp: this.parts.timestamp() };
    }
    const { trade } = data as unknown as { readonly trade: Row };
    return this.#update(trade.symbol, [trade], false);
  }

  #update(symbol: string, trades: readonly Row[], initial: boolean) {
    const { timestamp } = this.parts;
    return { type: 'trades_update', symbol, trades: trades.map(row), initial, timestamp: timestamp() };
  }
}

/** For drawing, hence doubles; GraphQL has the exact numbers. */
function row(trade: Row) {
  const { id, venue, takerSide, price, quantity, timestamp, isAfterGap } = trade;
  return {
    id,
    venue,
    price: Number(price),
    amount: Number(quantity),
    side: takerSide === 'BUY' ? 'buy' : 'sell',
    timestamp,
    priceFormatted: trade.priceFormatted,
    amountFormatted: trade.quantityFormatted,
    timeFormatted: trade.displayTime,
    isAfterGap,
  };
}

function tooMany(): ApiError {
  return new ApiError('UNAVAILABLE', 'More trades came than could wait for the past ones; connect again');
}

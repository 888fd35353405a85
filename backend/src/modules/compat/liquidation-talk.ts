import { type Timeframe } from '@orderfox/domain';
import { type ResultForm } from '../../core/graphql-socket/result-form.js';
import { type CompatLine, type CompatTalk } from './compat-session.js';
import { FixedOperation } from './fixed-operation.js';
import { VOLUME_FIELDS } from './volume-rows.js';

/** What a socket of liquidations is asked for. */
export interface LiquidationWish {
  /** As the client named it. */
  readonly symbol: string;
  /** Whether volume is wanted too, and in which buckets. */
  readonly timeframe: Timeframe | undefined;
}

/** What forms and talks work with. */
export interface LiquidationTalkParts {
  /** The canonical name of a market. */
  readonly nameOf: (symbol: string) => string;
  /** The time as messages have it. */
  readonly timestamp: () => string;
  /** The most rows that an answer may have. */
  readonly maxRows: number;
}

/** Rows of the first message, where so many are allowed. */
const NEWEST = 50;

const ROW = `
  symbol side quantity quantityFormatted
  priceUsdt: notionalUsd priceUsdtFormatted: notionalUsdFormatted
  timestamp displayTime avgPrice: averagePrice baseAsset
  id venue liquidatedSide price priceUsed notionalUsd`;

const ROWS = new FixedOperation(`query($symbol: ID!, $first: Int!) {
  page: liquidations(first: $first, filter: { symbols: [$symbol] }) { edges { cursor node { ${ROW} } } }
}`);
const PRESENT = new FixedOperation('{ system { lastCursor } }');
const LIVE = new FixedOperation(`subscription($symbol: ID!, $after: Cursor!) {
  row: liquidationAdded(filter: { symbols: [$symbol] }, after: $after) { ${ROW} }
}`);
const VOLUME = new FixedOperation(`subscription($symbol: ID!, $timeframe: Timeframe!) {
  update: volumeUpdated(symbol: $symbol, timeframe: $timeframe) {
    symbol timeframe isUpdate buckets { ${VOLUME_FIELDS} }
  }
}`);

interface Row {
  readonly symbol: string;
  readonly timestamp: number;
}
interface Edge {
  readonly cursor: string;
  readonly node: Row;
}
interface Update {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly isUpdate: boolean;
  readonly buckets: readonly object[];
}

/** The conversations about liquidations, and the forms of what is told in them, which all sockets share. */
export class LiquidationTalks {
  readonly #order: ResultForm;
  readonly #volume: ResultForm;

  constructor(private readonly parts: LiquidationTalkParts) {
    this.#order = {
      name: 'liquidation_order',
      write: ({ data, errors }) => {
        if (errors !== undefined) throw errors[0] ?? new Error('a liquidation without data');
        const { row } = data as unknown as { readonly row: Row };
        return JSON.stringify(this.#orders(row.symbol, [row], false));
      },
    };
    this.#volume = {
      name: 'liquidation_volume',
      write: ({ data, errors }) => {
        if (errors !== undefined) throw errors[0] ?? new Error('volume without data');
        const { symbol, timeframe, isUpdate, buckets } = (data as unknown as { readonly update: Update })
          .update;
        const timestamp = parts.timestamp();
        return JSON.stringify({
          type: 'liquidation_volume',
          symbol,
          timeframe,
          data: buckets,
          is_update: isUpdate,
          timestamp,
        });
      },
    };
  }

  /**
   * The newest liquidations of a market, then each as it is recorded; with a timeframe its volume as well, after the first
   * message: the newest buckets, then those that are touched.
   */
  about({ symbol, timeframe }: LiquidationWish): CompatTalk {
    return async (line) => {
      const { edges, after } = await this.#newest(line, symbol);
      const name = this.parts.nameOf(symbol);
      const rows = edges.map(({ node }) => node).sort((a, b) => b.timestamp - a.timestamp);
      line.send(this.#orders(name, rows, true));
      line.keepAlive(() => ({ type: 'heartbeat', symbol: name, timestamp: this.parts.timestamp() }));
      await line.follow(LIVE, { symbol, after }, this.#order);
      if (timeframe !== undefined) await line.follow(VOLUME, { symbol, timeframe }, this.#volume);
    };
  }

  /** The newest rows, and a place in the stream after which there is none of them and everything else. */
  async #newest(
    line: CompatLine,
    symbol: string,
  ): Promise<{ readonly edges: readonly Edge[]; readonly after: string }> {
    const edges = await this.#page(line, symbol);
    if (edges[0] !== undefined) return { edges, after: edges[0].cursor };
    // Without a row the stream itself says where it stands. What is recorded between the two questions is in a page read
    // after that.
    const { system } = (await line.ask(PRESENT, {})) as { readonly system: { readonly lastCursor: string } };
    const again = await this.#page(line, symbol);
    return { edges: again, after: again[0]?.cursor ?? system.lastCursor };
  }

  async #page(line: CompatLine, symbol: string): Promise<readonly Edge[]> {
    const { page } = (await line.ask(ROWS, { symbol, first: Math.min(NEWEST, this.parts.maxRows) })) as {
      readonly page: { readonly edges: readonly Edge[] };
    };
    return page.edges;
  }

  #orders(symbol: string, data: readonly Row[], initial: boolean) {
    return { type: 'liquidation_order', symbol, data, initial, timestamp: this.parts.timestamp() };
  }
}

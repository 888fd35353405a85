import {
  LastCursorDocument,
  LiquidationsDocument,
  type LiquidationFieldsFragment,
  type LiquidationFilter,
} from './generated/graphql.js';
import { type QueryOptions } from './http-query.js';
import { type Operation } from './operation.js';

/** One liquidation as the API gives it: exact numbers as decimal strings, ready texts beside them, times in epoch ms. */
export type Liquidation = LiquidationFieldsFragment;

/** Asks one operation over HTTP. */
export type Ask = <TResult, TVariables>(
  operation: Operation<TResult, TVariables>,
  variables: TVariables,
  options?: QueryOptions,
) => Promise<TResult>;

/** The newest liquidations and the place in the record from which a stream goes on without a seam. */
export interface LiquidationPage {
  /** Newest first. */
  readonly liquidations: readonly Liquidation[];
  /** Give it to `liquidations({ after })`. */
  readonly cursor: string;
}

/** The end of the record at this moment. */
export async function lastCursor(ask: Ask, options?: QueryOptions): Promise<string> {
  const { system } = await ask(LastCursorDocument, {}, options);
  return system.lastCursor;
}

/**
 * The newest liquidations that match. Where none does, the cursor is the end of the whole record, taken before the page
 * was read, so that a match that comes between the two is in one of them.
 */
export async function recentLiquidations(
  ask: Ask,
  filter: LiquidationFilter,
  first: number,
  options: QueryOptions,
): Promise<LiquidationPage> {
  const page = await readPage(ask, filter, first, options);
  if (page.cursor !== undefined) return { ...page, cursor: page.cursor };
  const end = await lastCursor(ask, options);
  const again = await readPage(ask, filter, first, options);
  return { ...again, cursor: again.cursor ?? end };
}

async function readPage(ask: Ask, filter: LiquidationFilter, first: number, options: QueryOptions) {
  const { liquidations } = await ask(LiquidationsDocument, { filter, first }, options);
  return {
    liquidations: liquidations.edges.map(({ node }) => node),
    cursor: liquidations.pageInfo.startCursor ?? undefined,
  };
}

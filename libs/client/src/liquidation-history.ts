import {
  LiquidationsDocument,
  NewestCursorDocument,
  type LiquidationFieldsFragment,
  type LiquidationFilter,
} from './generated/graphql.js';
import { type Operation } from './operation.js';

/** One liquidation as the API gives it: exact numbers as decimal strings, ready texts beside them, times in epoch ms. */
export type Liquidation = LiquidationFieldsFragment;

/** Asks one operation over HTTP. */
export type Ask = <TResult, TVariables>(
  operation: Operation<TResult, TVariables>,
  variables: TVariables,
) => Promise<TResult>;

/** The newest liquidations and the place in the record from which a stream goes on without a seam. */
export interface LiquidationPage {
  /** Newest first. */
  readonly liquidations: readonly Liquidation[];
  /** Give it to `liquidations({ after })`. `null`: nothing had been recorded at all. */
  readonly cursor: string | null;
}

/** The end of the record at this moment; `null` when nothing was ever recorded. */
export async function newestCursor(ask: Ask): Promise<string | null> {
  const { liquidations } = await ask(NewestCursorDocument, {});
  return liquidations.pageInfo.startCursor;
}

/**
 * The newest liquidations that match. Where none does, the cursor is the end of the whole record, taken before the page
 * was read, so that a match that comes between the two is in one of them.
 */
export async function recentLiquidations(
  ask: Ask,
  filter: LiquidationFilter,
  first: number,
): Promise<LiquidationPage> {
  const page = await readPage(ask, filter, first, null);
  if (page.cursor !== null) return { liquidations: page.liquidations, cursor: page.cursor };
  const end = await newestCursor(ask);
  const again = await readPage(ask, filter, first, null);
  return { liquidations: again.liquidations, cursor: again.cursor ?? end };
}

/** Every liquidation that matches, oldest first: for the moment after an empty record got its first rows. */
export async function allLiquidations(ask: Ask, filter: LiquidationFilter): Promise<readonly Liquidation[]> {
  const found: Liquidation[] = [];
  let after: string | null = null;
  do {
    const page: Page = await readPage(ask, filter, PAGE, after);
    found.push(...page.liquidations);
    after = page.olderThan;
  } while (after !== null && found.length < MOST);
  return found.reverse();
}

const PAGE = 100;
/** More rows than any venue liquidates in the seconds that a first connection takes. */
const MOST = 10_000;

interface Page extends LiquidationPage {
  /** Cursor of the next page back in time; null at the end. */
  readonly olderThan: string | null;
}

async function readPage(
  ask: Ask,
  filter: LiquidationFilter,
  first: number,
  after: string | null,
): Promise<Page> {
  const { liquidations } = await ask(LiquidationsDocument, { filter, first, after });
  const { startCursor, endCursor, hasNextPage } = liquidations.pageInfo;
  return {
    liquidations: liquidations.edges.map(({ node }) => node),
    cursor: startCursor,
    olderThan: hasNextPage ? endCursor : null,
  };
}

import { type RecordedLiquidation } from '@orderfox/domain';
import { type CursorCodec } from './liquidation-cursor.js';
import { type LiquidationPage } from './liquidation.repository.js';

/** A liquidation and its place in the stream. */
export interface LiquidationEdge {
  readonly cursor: string;
  readonly node: RecordedLiquidation;
}

/** Where a page lies, after Relay. Cursors are absent for an empty page. */
export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor?: string;
  readonly endCursor?: string;
}

/** A page as Relay wants it, newest first. */
export interface LiquidationConnection {
  readonly edges: readonly LiquidationEdge[];
  readonly pageInfo: PageInfo;
}

/** Its cursor is written when somebody asks: a page has hundreds, of which mostly two are wanted. */
class RecordedEdge implements LiquidationEdge {
  constructor(
    readonly node: RecordedLiquidation,
    private readonly cursors: CursorCodec,
  ) {}

  get cursor(): string {
    return this.cursors.encode(this.node.seq);
  }
}

/** Puts a page of rows into that shape. `hasPreviousPage`: whether newer rows come before it. */
export function toConnection(
  { rows, hasMore }: LiquidationPage,
  hasPreviousPage: boolean,
  cursors: CursorCodec,
): LiquidationConnection {
  const edges = rows.map((node) => new RecordedEdge(node, cursors));
  const [newest] = edges;
  const oldest = edges.at(-1);
  return {
    edges,
    pageInfo: {
      hasNextPage: hasMore,
      hasPreviousPage,
      ...(newest && { startCursor: newest.cursor }),
      ...(oldest && { endCursor: oldest.cursor }),
    },
  };
}

import { type RecordedLiquidation } from '@orderfox/domain';
import { Field, ObjectType } from '@nestjs/graphql';
import { CursorScalar } from '../../core/graphql-scalars.js';
import { type LiquidationConnection, type LiquidationEdge, type PageInfo } from './liquidation-connection.js';
import { LiquidationType } from './liquidation.type.js';

/** GraphQL shape of LiquidationEdge. */
@ObjectType('LiquidationEdge', { description: 'A liquidation in a page, with its place in the stream.' })
export class LiquidationEdgeType implements LiquidationEdge {
  @Field(() => CursorScalar, {
    description:
      'Pass it as `after`: to `liquidations` for older rows, to `liquidationAdded` for newer ones.',
  })
  readonly cursor!: string;

  @Field(() => LiquidationType, { description: 'The liquidation.' })
  readonly node!: RecordedLiquidation;
}

/** GraphQL shape of PageInfo. */
@ObjectType('PageInfo', { description: 'Where a page lies, after the Relay connection specification.' })
export class PageInfoType implements PageInfo {
  @Field(() => Boolean, { description: 'True if there are older rows: ask again with `after: endCursor`.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: 'True if rows come before this page, which is so if `after` was given.',
  })
  readonly hasPreviousPage!: boolean;

  @Field(() => CursorScalar, {
    nullable: true,
    description:
      'Cursor of the newest row of the page, from which `liquidationAdded` goes on; null for an empty page.',
  })
  readonly startCursor?: string;

  @Field(() => CursorScalar, {
    nullable: true,
    description: 'Cursor of the oldest row of the page; null for an empty page.',
  })
  readonly endCursor?: string;
}

/** GraphQL shape of LiquidationConnection. */
@ObjectType('LiquidationConnection', { description: 'A page of liquidations, newest first.' })
export class LiquidationConnectionType implements LiquidationConnection {
  @Field(() => [LiquidationEdgeType], { description: 'The rows with their cursors.' })
  readonly edges!: readonly LiquidationEdge[];

  @Field(() => PageInfoType, { description: 'Where this page lies and whether there is more.' })
  readonly pageInfo!: PageInfo;
}

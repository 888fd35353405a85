import { type DecimalString, type LiquidatedSide } from '@orderfox/domain';
import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { CursorScalar, DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { LiquidatedSideEnum } from './liquidation.type.js';

const MAX_NAMES = 50;
const MAX_NAME = 64;

/** Rows of a page for whom nothing is said. */
export const DEFAULT_ROWS = 50;

/** Conditions on liquidations; FilterReader says what they become. */
@InputType('LiquidationFilter', {
  description:
    'Which liquidations are wanted. Conditions that are left out exclude nothing, all that are given must hold, and an empty list matches nothing.',
})
export class LiquidationFilter {
  @Field(() => [ID], {
    nullable: true,
    description:
      'Markets by any of their names, such as `BTCUSDT`, `btcusdt` or `BTC-USDT-SWAP`. At most 50.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_NAMES, { message: `at most ${MAX_NAMES} symbols` })
  @MinLength(1, { each: true, message: 'a symbol must not be empty' })
  @MaxLength(MAX_NAME, { each: true, message: `a symbol has at most ${MAX_NAME} characters` })
  readonly symbols?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Venues, such as `binance`. At most 50.' })
  @IsOptional()
  @ArrayMaxSize(MAX_NAMES, { message: `at most ${MAX_NAMES} venues` })
  @MaxLength(MAX_NAME, { each: true, message: `a venue has at most ${MAX_NAME} characters` })
  readonly venues?: string[] | null;

  @Field(() => LiquidatedSideEnum, { nullable: true, description: 'Only longs, or only shorts.' })
  readonly liquidatedSide?: LiquidatedSide | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'At least this much in dollars, such as "10000".',
  })
  @IsOptional()
  @Matches(/^[^-]/, { message: 'must not be negative' })
  readonly minNotionalUsd?: DecimalString | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: "At or after this instant of the venue's time.",
  })
  readonly from?: number | null;

  @Field(() => TimestampScalar, { nullable: true, description: "Before this instant of the venue's time." })
  readonly to?: number | null;
}

/** Arguments of the query `liquidations`. */
@ArgsType()
export class LiquidationsArguments {
  @Field(() => LiquidationFilter, {
    nullable: true,
    description: 'Which liquidations are wanted; all if left out.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => LiquidationFilter)
  readonly filter?: LiquidationFilter | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_ROWS,
    description: 'Rows in the page, 1 to 500.',
  })
  @IsOptional()
  @Min(1, { message: 'must be 1 to 500' })
  @Max(500, { message: 'must be 1 to 500' })
  readonly first?: number | null;

  @Field(() => CursorScalar, {
    nullable: true,
    description: 'Rows older than the one with this cursor: the `endCursor` of the page before.',
  })
  readonly after?: string | null;
}

/** Arguments of the subscription `liquidationAdded`. */
@ArgsType()
export class LiquidationAddedArguments {
  @Field(() => LiquidationFilter, {
    nullable: true,
    description: 'Which liquidations are wanted; all if left out.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => LiquidationFilter)
  readonly filter?: LiquidationFilter | null;

  @Field(() => CursorScalar, {
    nullable: true,
    description:
      'The cursor received last: everything after it is delivered first, in order and once each. Left out: only what comes from now on.',
  })
  readonly after?: string | null;
}

import { applyDecorators } from '@nestjs/common';
import { Field, ID } from '@nestjs/graphql';
import { IsOptional, MaxLength } from 'class-validator';

/** Letters of a name that a client gives. */
const MAX_NAME = 64;

const isName = () => MaxLength(MAX_NAME, { message: `has at most ${MAX_NAME} characters` });

/** An argument that names a market. It is looked up by the resolver; here only its length is bounded. */
export function MarketName(
  description = 'The market by any of its names, such as `BTCUSDT`, `btcusdt` or `BTC-USDT-SWAP`.',
): PropertyDecorator {
  return applyDecorators(
    Field(() => ID, { description }),
    isName(),
  );
}

/** An argument that may name a venue, looked up as well. `description`: see `preferredVenue`. */
export function VenueName(description: string): PropertyDecorator {
  return applyDecorators(
    Field(() => ID, { nullable: true, description }),
    IsOptional(),
    isName(),
  );
}

/** Says of an argument that the first venue that lists the market is meant where none is said; `what`: `book it is`. */
export function preferredVenue(what: string): string {
  return `The venue whose ${what}, such as \`okx\`. Left out: Binance, or where it does not list the market, OKX, then Bybit.`;
}

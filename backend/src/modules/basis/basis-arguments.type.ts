import { ArgsType, Field, ID } from '@nestjs/graphql';
import { MaxLength } from 'class-validator';

const MAX_NAME = 64;

/** Whose basis. */
@ArgsType()
export class BasisArguments {
  @Field(() => ID, {
    description:
      'Any market of the coin by any of its names, such as `SOLUSDT`, `SOLUSDC` or `SOL-USDC-SWAP`: the basis is that of the coin.',
  })
  @MaxLength(MAX_NAME, { message: `has at most ${MAX_NAME} characters` })
  readonly symbol!: string;
}

import { ArgsType } from '@nestjs/graphql';
import { MarketName } from '../symbols/market-arguments.type.js';

/** Whose basis. */
@ArgsType()
export class BasisArguments {
  @MarketName(
    'Any market of the coin by any of its names, such as `SOLUSDT`, `SOLUSDC` or `SOL-USDC-SWAP`: the basis is that of the coin.',
  )
  readonly symbol!: string;
}

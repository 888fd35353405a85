import { type DecimalString } from '@orderfox/domain';
import { type StateStream } from '@orderfox/fanout';
import {
  Args,
  Context,
  Extensions,
  Float,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { DecimalScalar } from '../../core/graphql-scalars.js';
import { type FetchPoints } from '../../core/graphql/operation-cost.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { BasisArguments } from './basis-arguments.type.js';
import { BasisBoard } from './basis-board.js';
import { BasisQuestion } from './basis-question.js';
import { type BasisView } from './basis-view.js';
import { BasisType } from './basis.type.js';

/** Two books that nobody has looked at yet take a subscription and perhaps a large request each. */
const followPoints: FetchPoints = () => 40;

/** Digits of a basis for people. */
const SHOWN_PLACES = 2;

/** The basis between Binance and OKX, once and live. */
@Resolver(() => BasisType)
export class BasisResolver {
  constructor(
    private readonly board: BasisBoard,
    private readonly question: BasisQuestion,
  ) {}

  @Extensions({ fetchPoints: followPoints })
  @Query(() => BasisType, {
    description:
      'The basis of a coin as it is now. Books that nobody has looked at lately are brought first, for which an answer waits three seconds at most. Those of `SYMBOLS` are followed always. Example: `{ basis(symbol: "SOLUSDT") { basisBps adjustedBasisBps state reason binance { mid ageMs } okx { venueSymbol mid ageMs } stableCoinRate stableCoinRateAgeMs } }`',
  })
  async basis(@Args() { symbol }: BasisArguments, @Context('life') life: OperationLife): Promise<BasisView> {
    const pair = await this.question.pair(symbol);
    this.board.admit(pair, life);
    return this.board.read(pair, life.signal);
  }

  @Extensions({ fetchPoints: followPoints })
  @Subscription(() => BasisType, {
    description:
      'The basis of a coin as it is now, then again when one of its inputs has changed, ten times a second at most, and when it is not known any more. Ages alone are no change. A slow reader gets the newest state and none in between. Example: `subscription { basisUpdated(symbol: "SOLUSDT") { timestamp basisBps adjustedBasisBps state reason since } }`',
    resolve: (view: BasisView) => view,
  })
  async basisUpdated(
    @Args() { symbol }: BasisArguments,
    @Context('life') life: OperationLife,
  ): Promise<StateStream<BasisView>> {
    const pair = await this.question.pair(symbol);
    this.board.admit(pair, life);
    return this.board.open(pair);
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => DecimalScalar, {
    nullable: true,
    description:
      'What one USDC is worth in USDT by the index of OKX, asked for every ten seconds. Null while it is not known, or older than a minute.',
  })
  stableCoinRate({ rate }: BasisView): DecimalString | undefined {
    return rate.rate;
  }

  @ResolveField(() => Float, {
    nullable: true,
    description:
      'Milliseconds since the venue made this rate, by its clock; also where it is too old to be used. Null if there never was one.',
  })
  stableCoinRateAgeMs({ rate }: BasisView): number | undefined {
    return rate.ageMs;
  }

  @ResolveField(() => String, {
    description: 'Which index the rate is from, or why there is none: one sentence for people.',
  })
  stableCoinRateReason({ rate }: BasisView): string {
    return rate.reason;
  }

  @ResolveField(() => String, {
    nullable: true,
    description: '`basisBps` for people, such as `-3.05`. Null while it is not known.',
  })
  basisBpsFormatted({ basisBps }: BasisView): string | undefined {
    return basisBps?.toFixed(SHOWN_PLACES);
  }

  @ResolveField(() => String, {
    nullable: true,
    description: '`adjustedBasisBps` for people, such as `0.12`. Null while it is not known.',
  })
  adjustedBasisBpsFormatted({ adjustedBasisBps }: BasisView): string | undefined {
    return adjustedBasisBps?.toFixed(SHOWN_PLACES);
  }
}

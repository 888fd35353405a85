import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { TimestampScalar } from '../../core/graphql-scalars.js';
import { type CatalogueSummary } from './catalogue-summary.js';
import { type SymbolSource } from './market-symbol.js';
import { SymbolSourceEnum } from './market-symbol.type.js';

/** How complete and how old the list of one venue's contracts is. */
@ObjectType('VenueCatalogue', {
  description: "A venue's list of contracts: how long, how old, and what is wrong with it.",
})
export class VenueCatalogueType implements CatalogueSummary {
  @Field(() => ID, { description: 'Venue, such as `okx`.' })
  readonly venue!: string;

  @Field(() => Int, { description: 'Contracts that trade now. 0 while none is known.' })
  readonly symbols!: number;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'When the venue gave the list; null while none is known.',
  })
  readonly fetchedAt?: number;

  @Field(() => SymbolSourceEnum, { description: 'Where the list comes from.' })
  readonly source!: SymbolSource;

  @Field(() => String, {
    nullable: true,
    description: 'What went wrong the last time the venue was asked, in one sentence; null when it answered.',
  })
  readonly problem?: string;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'When the venue will be asked again after a problem; null without one.',
  })
  readonly retryAt?: number;
}

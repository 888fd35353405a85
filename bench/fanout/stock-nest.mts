/**
 * NestJS with Apollo, graphql-ws and graphql-subscriptions as their documentation shows it, code first. Nothing is
 * tuned and nothing is slowed down.
 */
import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Args,
  Field,
  Float,
  GraphQLModule,
  ID,
  InputType,
  ObjectType,
  Query,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { PubSub } from 'graphql-subscriptions';
import { serve } from './served.mjs';

const pubSub = new PubSub();
const scenario = process.argv[2];

@ObjectType()
class Liquidation {
  @Field(() => String)
  cursor!: string;

  @Field(() => ID)
  venue!: string;

  @Field(() => ID)
  symbol!: string;

  @Field(() => String)
  liquidatedSide!: string;

  @Field(() => String)
  side!: string;

  @Field(() => String)
  quantity!: string;

  @Field(() => String)
  price!: string;

  @Field(() => String)
  notionalUsd!: string;

  @Field(() => Float)
  timestamp!: number;

  @Field(() => ID)
  id!: string;
}

@InputType()
class LiquidationFilter {
  @Field(() => [ID], { nullable: true })
  symbols?: string[];

  @Field(() => String, { nullable: true })
  minNotionalUsd?: string;
}

interface Payload {
  readonly liquidationAdded: Liquidation;
}

interface Variables {
  readonly filter?: LiquidationFilter;
}

/** The documented way to filter: a function that is asked per subscriber and event. */
const filtered = {
  filter: ({ liquidationAdded }: Payload, { filter }: Variables): boolean =>
    (!filter?.symbols || filter.symbols.includes(liquidationAdded.symbol)) &&
    (!filter?.minNotionalUsd || Number(liquidationAdded.notionalUsd) >= Number(filter.minNotionalUsd)),
};

@Resolver(() => Liquidation)
class LiquidationResolver {
  @Query(() => String)
  hello(): string {
    return 'world';
  }

  @Subscription(() => Liquidation, scenario === 'all' ? {} : filtered)
  liquidationAdded(
    @Args('filter', { type: () => LiquidationFilter, nullable: true }) _filter?: LiquidationFilter,
  ): AsyncIterator<Payload> {
    return pubSub.asyncIterableIterator('liquidationAdded');
  }
}

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      subscriptions: { 'graphql-ws': true },
    }),
  ],
  providers: [LiquidationResolver],
})
class AppModule {}

serve({
  async start() {
    const app = await NestFactory.create(AppModule, { logger: ['error'] });
    await app.listen(0, '127.0.0.1');
    return app.getHttpServer().address().port;
  },
  publish(event: Liquidation) {
    void pubSub.publish('liquidationAdded', { liquidationAdded: event });
  },
});

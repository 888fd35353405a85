/**
 * NestJS with Apollo on Express as their documentation shows it, code first. Nothing is tuned and nothing is slowed down;
 * its rows lie ready in memory, formatted, while the product reads its own from Postgres.
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
  Int,
  ObjectType,
  Query,
  Resolver,
} from '@nestjs/graphql';
import { answerParent } from '../support/process-link.mjs';

@ObjectType()
class Liquidation {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  venue!: string;

  @Field(() => ID)
  symbol!: string;

  @Field(() => String)
  liquidatedSide!: string;

  @Field(() => String)
  quantity!: string;

  @Field(() => String)
  price!: string;

  @Field(() => String)
  notionalUsdFormatted!: string;

  @Field(() => Float)
  timestamp!: number;
}

@ObjectType()
class LiquidationEdge {
  @Field(() => Liquidation)
  node!: Liquidation;
}

@ObjectType()
class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true })
  endCursor?: string;
}

@ObjectType()
class LiquidationConnection {
  @Field(() => [LiquidationEdge])
  edges!: LiquidationEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
class LiquidationFilter {
  @Field(() => String, { nullable: true })
  minNotionalUsd?: string;
}

let page: LiquidationConnection;

@Resolver(() => Liquidation)
class LiquidationResolver {
  @Query(() => LiquidationConnection)
  liquidations(
    @Args('first', { type: () => Int }) _first: number,
    @Args('filter', { type: () => LiquidationFilter, nullable: true }) _filter?: LiquidationFilter,
  ): LiquidationConnection {
    return page;
  }
}

@Module({
  imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true })],
  providers: [LiquidationResolver],
})
class AppModule {}

answerParent({
  async start({ body }: { body: string }) {
    page = (JSON.parse(body) as { data: { liquidations: LiquidationConnection } }).data.liquidations;
    const app = await NestFactory.create(AppModule, { logger: ['error'] });
    await app.listen(0, '127.0.0.1');
    return (app.getHttpServer() as import('node:net').Server & { address(): { port: number } }).address()
      .port;
  },
  usage: () => process.cpuUsage(),
});

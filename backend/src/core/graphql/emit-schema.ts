import { type NestApplicationOptions, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { printSdl } from './print-sdl.js';

/** The schema that these resolvers make, as text. Needs no database and no network, and executes nothing. */
export async function emitSdl(resolvers: readonly Type[]): Promise<string> {
  const options: Readonly<NestApplicationOptions> = { logger: false };
  const context = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, options);
  try {
    const schema = await context.get(GraphQLSchemaFactory).create([...resolvers]);
    return printSdl(schema);
  } finally {
    await context.close();
  }
}

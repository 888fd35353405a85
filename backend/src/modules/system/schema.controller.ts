import { Controller, Get, Header } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSdl } from '../../core/graphql/print-sdl.js';

/** The schema as text, for code generators. */
@Controller('schema.graphql')
export class SchemaController {
  #text: string | undefined;

  constructor(private readonly host: GraphQLSchemaHost) {}

  @Get()
  @Header('content-type', 'text/plain; charset=utf-8')
  sdl(): string {
    this.#text ??= printSdl(this.host.schema);
    return this.#text;
  }
}

import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';

/** The schema in its one written form, sorted, as it is committed in `schema.graphql` and served. */
export function printSdl(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

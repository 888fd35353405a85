import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  type GraphQLSchema,
} from 'graphql';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';

const FILE = join(import.meta.dirname, '../../../schema.graphql');

/** Names of everything that has no description, such as `Liquidation.price` or `Query.symbols(search)`. */
function undocumented(schema: GraphQLSchema): string[] {
  const found: string[] = [];
  const check = (name: string, thing: { readonly description?: string | null | undefined }) => {
    if ((thing.description ?? '').trim() === '') found.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    if (
      type !== schema.getQueryType() &&
      type !== schema.getMutationType() &&
      type !== schema.getSubscriptionType()
    )
      check(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name})`, argument);
      }
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
    }
  }
  for (const directive of schema.getDirectives()) {
    if (!isSpecifiedDirective(directive)) check(`@${directive.name}`, directive);
  }
  return found;
}

describe('the schema', () => {
  let postgres: PostgresForTests;
  let api: ApiForTests;
  let served: string;

  beforeAll(async () => {
    postgres = await PostgresForTests.start();
    api = await ApiForTests.start(postgres);
    served = await (await fetch(`${api.url}/schema.graphql`)).text();
  });
  afterAll(async () => {
    await api.stop();
    await postgres.dispose();
  });

  test('is the one that is committed; if not, run backend/dist/emit-schema.js (S008)', async () => {
    expect(await readFile(FILE, 'utf8')).toBe(served);
  });

  test('describes every type, field, argument and value', () => {
    expect(undocumented(buildSchema(served))).toEqual([]);
  });

  test('gives an example with every query, mutation and subscription (S020)', () => {
    const schema = buildSchema(served);
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = roots.flatMap((root) => Object.values(root?.getFields() ?? {}));
    expect(fields.length).toBeGreaterThan(0);
    expect(
      fields.filter(({ description }) => !(description ?? '').includes('Example: `')).map(({ name }) => name),
    ).toEqual([]);
  });
});

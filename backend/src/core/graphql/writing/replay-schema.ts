import {
  GraphQLObjectType,
  GraphQLSchema,
  isObjectType,
  type GraphQLFieldConfigMap,
  type GraphQLFieldResolver,
} from 'graphql';

/** What the resolvers of an operation's fields gave, promises among it, by response name. */
export type Outcomes = ReadonlyMap<string, unknown>;

const replay: GraphQLFieldResolver<unknown, unknown> = (outcomes, _args, _context, { path }) =>
  (outcomes as Outcomes).get(String(path.key));

const SCHEMAS = new WeakMap<GraphQLSchema, GraphQLSchema>();

/**
 * The schema with root fields that ask nobody, but give what is found in the root value: the Outcomes of resolvers that
 * were asked already. So an operation can be executed after all without asking twice.
 */
export function replaySchema(schema: GraphQLSchema): GraphQLSchema {
  const known = SCHEMAS.get(schema);
  if (known !== undefined) return known;
  const query = schema.getQueryType();
  if (!isObjectType(query)) throw new TypeError('A schema without queries has nothing to replay');
  const config = query.toConfig();
  const fields: GraphQLFieldConfigMap<unknown, unknown> = {};
  for (const [name, field] of Object.entries(config.fields)) fields[name] = { ...field, resolve: replay };
  const { types, ...rest } = schema.toConfig();
  const made = new GraphQLSchema({
    ...rest,
    query: new GraphQLObjectType({ ...config, fields }),
    types: types.filter((type) => type !== query),
    // As the one that it is made of.
    assumeValid: true,
  });
  SCHEMAS.set(schema, made);
  return made;
}

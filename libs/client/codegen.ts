import { type CodegenConfig } from '@graphql-codegen/cli';

/**
 * The preset imports one type from a package of its own. Ours stands in for it, so that whoever installs the
 * client gets nothing but graphql-ws.
 */
const withoutForeignTypes = (_path: string, content: string): string =>
  content.replace("'@graphql-typed-document-node/core'", "'../operation.js'");

/** Types and documents of the client, from the schema the backend emits. Run by `npm run generate`. */
const config: CodegenConfig = {
  schema: 'backend/schema.graphql',
  documents: 'libs/client/src/documents/*.graphql',
  importExtension: '.js',
  hooks: { beforeOneFileWrite: withoutForeignTypes },
  generates: {
    'libs/client/src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        strictScalars: true,
        defaultScalarType: 'unknown',
        scalars: {
          Cursor: 'string',
          Decimal: 'string',
          Timeframe: 'string',
          Timestamp: 'number',
          ID: 'string',
        },
      },
    },
  },
};

export default config;

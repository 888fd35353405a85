import { availableParallelism } from 'node:os';

const common = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['orderfox-src', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2024',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
};
const ignored = ['/node_modules/', '/dist/', '\\.live\\.spec\\.ts$'];
/** They judge how fast a server answers, and would blame it for what runs beside them. */
const ALONE = ['backend/e2e/abuse.e2e.spec.ts'];

/** Jest runs the libs and the backend, unit, integration and end to end; the client has Angular's own runner. */
export default {
  projects: [
    {
      ...common,
      displayName: 'together',
      testMatch: ['<rootDir>/{libs,backend}/**/*.spec.ts', '<rootDir>/frontend/e2e/**/*.spec.ts'],
      testPathIgnorePatterns: [...ignored, ...ALONE.map((path) => `<rootDir>/${path}$`)],
    },
    {
      ...common,
      displayName: 'alone',
      testMatch: ALONE.map((path) => `<rootDir>/${path}`),
      testPathIgnorePatterns: ignored,
    },
  ],
  testTimeout: 60_000,
  // Many wait for a database or a browser more than they reckon. Each may need a gigabyte, with what it starts.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
  workerIdleMemoryLimit: '800MB',
};

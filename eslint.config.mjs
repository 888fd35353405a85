import nx from '@nx/eslint-plugin';
import angular from 'angular-eslint';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Which project may import which, by tag; the same table stands in CONTRIBUTING.md. */
const boundaries = [
  { sourceTag: 'layer:ground', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:venues', onlyDependOnLibsWithTags: ['layer:ground'] },
  { sourceTag: 'layer:tools', onlyDependOnLibsWithTags: ['layer:ground'] },
  { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: ['layer:ground', 'layer:venues'] },
  { sourceTag: 'scope:backend', onlyDependOnLibsWithTags: ['scope:shared'] },
  { sourceTag: 'scope:frontend', onlyDependOnLibsWithTags: ['scope:public'] },
];

export default defineConfig(
  globalIgnores(['**/dist', '**/.angular', '.nx', 'libs/client/src/generated', 'data']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: boundaries, checkDynamicDependenciesExceptions: ['.*'] },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Read settings in backend/src/core/config.ts.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Ask the injected Clock.' },
        { object: 'Math', property: 'random', message: 'Ask the injected Random.' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['backend/src/**/*.ts', 'libs/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*-for-tests.ts', 'libs/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@orderfox/testing', message: 'For specs only.' }] },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/e2e/**/*.ts', 'libs/testing/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // End to end tests use the product as other programs do: through the published client.
    files: ['backend/e2e/**/*.ts', 'frontend/e2e/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          depConstraints: boundaries.map((one) =>
            one.sourceTag.startsWith('scope:')
              ? { ...one, onlyDependOnLibsWithTags: ['scope:shared', 'scope:public'] }
              : one,
          ),
        },
      ],
    },
  },
  {
    // The two edges where the machine's clock and settings come in.
    files: ['libs/feed/src/clock.ts', 'backend/src/main.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['frontend/src/**/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
  },
  {
    files: ['frontend/src/**/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
  },
  prettier,
);

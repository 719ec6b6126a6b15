import comments from '@eslint-community/eslint-plugin-eslint-comments/configs';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { arrow } from './scripts/arrow.js';
import { schemaLint } from './scripts/graphql-lint.js';

const off = (...rules) => Object.fromEntries(rules.map(rule => [rule, 'off']));
const UNSAFE = ['argument', 'assignment', 'call', 'member-access', 'return'].map(
  what => `@typescript-eslint/no-unsafe-${what}`,
);
const LOOSE = ['no-explicit-any', 'unbound-method', 'no-misused-promises'].map(rule => `@typescript-eslint/${rule}`);

export default defineConfig(
  { ignores: ['**/dist', 'node_modules', '.grantry', 'coverage', 'test/front-end/generated'] },
  {
    files: ['**/*.{ts,js,mjs}'],
    extends: [comments.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@eslint-community/eslint-comments/require-description': 'error',
      '@eslint-community/eslint-comments/disable-enable-pair': ['error', { allowWholeFile: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A function that answers a promise is async, also where it has nothing to wait for: it then never throws.
      '@typescript-eslint/require-await': 'off',
      // It takes an `as never` that the compiler needs for one that it does not.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: ['src/**', 'migrations/**', 'test/**', 'bench/**', 'packages/**'],
    rules: {
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export it by its name.' }],
    },
  },
  { files: ['src/**', 'packages/*/src/**'], rules: { 'max-lines-per-function': ['error', { max: 80 }] } },
  ...arrow,
  schemaLint,
  // What a test reads out of an answer has no type.
  { files: ['test/**', 'bench/**', 'packages/*/test/**'], rules: off(...UNSAFE, ...LOOSE) },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);

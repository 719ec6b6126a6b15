// What the lint asks of the schema: the recommended rules and those of Relay, but for what is so on purpose.
import { configs, parser, rules } from '@graphql-eslint/eslint-plugin';

const SCHEMA = 'schema/grantry.graphql';
const NAMES = '@graphql-eslint/naming-convention';

const recommended = configs['flat/schema-recommended'].rules;
const [severity, naming] = recommended[NAMES];
const objects = 'ObjectTypeDefinition,ObjectTypeExtension';

/** The lint configuration of the schema. */
export const schemaLint = {
  files: [SCHEMA],
  languageOptions: { parser, parserOptions: { graphQLConfig: { schema: SCHEMA } } },
  plugins: { '@graphql-eslint': { rules } },
  rules: {
    ...recommended,
    ...configs['flat/schema-relay'].rules,
    [NAMES]: [
      severity,
      {
        ...naming,
        types: { style: 'PascalCase', ignorePattern: '^(link|federation)__' },
        [objects]: { forbiddenPrefixes: ['Type'] }, // a ResourceType is one, and may say so
      },
    ],
    // Only nodes have an id; test/server/contract.test.ts says which types these are.
    '@graphql-eslint/strict-id-in-types': 'off',
    // The definitions of federation are reached from `extend schema` alone; of the others the same test says it.
    '@graphql-eslint/no-unreachable-types': 'off',
    // `Resource.resourceId` is the id of the resource elsewhere, `Grant.grantedBy` who gave it.
    '@graphql-eslint/no-typename-prefix': 'off',
    // Some lists page forward only.
    '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
    // Short lists are plain ones, and rows of an access list have no id.
    '@graphql-eslint/relay-edge-types': [
      'error',
      { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
    ],
  },
};

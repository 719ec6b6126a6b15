import type { Names } from './catalogue.js';

/** The file that makes these names, and no others, compile where `@grantry/guard` takes a permission. */
export const fileOf = (
  names: Names,
): string => `// Made by grantry-permissions from the catalogue of Grantry; not to be edited.

/** What can be asked about; a type that ends in \`*\` takes verbs of anybody's choice. */
export const PERMISSIONS = [
${names.map(name => `  '${name}',\n`).join('')}] as const;

type Listed = (typeof PERMISSIONS)[number];

/** The name of a permission. */
export type Permission = Listed extends infer Name
  ? Name extends \`\${infer Type}:*\`
    ? \`\${Type}:\${string}\`
    : Name
  : never;

declare module '@grantry/guard' {
  interface Register {
    permission: Permission;
  }
}
`;

const SHOWN = 10;

/** The names that one file has and the other has not. */
export function difference(before: string, after: string): string {
  const [old, made] = [entriesOf(before), entriesOf(after)];
  const lines = [
    ...old.filter(line => !made.includes(line)).map(line => `- ${line.trim()}`),
    ...made.filter(line => !old.includes(line)).map(line => `+ ${line.trim()}`),
  ];
  const more = lines.length > SHOWN ? [`… and ${lines.length - SHOWN} more`] : [];
  return [...lines.slice(0, SHOWN), ...more].join('\n');
}

const entriesOf = (text: string): string[] => text.match(/^ {2}'.*',$/gm) ?? [];

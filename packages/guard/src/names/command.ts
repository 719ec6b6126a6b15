import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { namesOf } from './catalogue.js';
import { difference, fileOf } from './file.js';

/** Where a command says what it has done, and what is wrong. */
export type Console = Pick<typeof globalThis.console, 'log' | 'error'>;

const USAGE = `grantry-permissions --url <url> --out <file> [options]

Writes the names of all permissions of a running Grantry to a TypeScript file, after which others do not compile.

  --url <url>            the GraphQL endpoint
  --out <file>           the file, such as src/permissions.ts
  --check                writes nothing; fails when the file is not what would be written
  --application <name>   only this application; can be repeated
  --tenant <slug>        the tenant, for a service client

Who asks stands in the environment: GRANTRY_TOKEN of a user who holds rbac:permission:read, or GRANTRY_CLIENT, as id:secret, of
a client with the scope read.`;

/** Runs the command; answers the exit code. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  console: Console,
): Promise<number> {
  try {
    const options = optionsOf(args);
    if (options === null) return (console.log(USAGE), 0);
    const { url, out, check, application, tenant } = options;
    const headers = { ...credentialsOf(env), ...(tenant !== undefined && { 'x-grantry-tenant': tenant }) };
    const text = fileOf(await namesOf({ url, headers, ...(application && { applications: application }) }));
    return await put(out, text, check ?? false, console);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      out: { type: 'string' },
      check: { type: 'boolean' },
      application: { type: 'string', multiple: true },
      tenant: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { url, out, help, ...rest } = values;
  if (help) return null;
  if (url === undefined || out === undefined) throw new Error(`--url and --out are needed\n\n${USAGE}`);
  return { url, out, ...rest };
}

function credentialsOf({ GRANTRY_TOKEN, GRANTRY_CLIENT }: Readonly<Record<string, string | undefined>>) {
  if (GRANTRY_TOKEN) return { authorization: `Bearer ${GRANTRY_TOKEN}` };
  if (GRANTRY_CLIENT) return { authorization: `Basic ${Buffer.from(GRANTRY_CLIENT, 'utf8').toString('base64')}` };
  throw new Error('Set GRANTRY_TOKEN, or GRANTRY_CLIENT as id:secret');
}

async function put(out: string, text: string, check: boolean, console: Console): Promise<number> {
  const before = await readFile(out, 'utf8').catch(() => '');
  if (before === text) return (console.log(`${out} is up to date`), 0);
  if (check) {
    console.error(`${out} is not what the catalogue makes:\n${difference(before, text)}`);
    return 1;
  }
  await writeFile(out, text);
  console.log(`${out} was written`);
  return 0;
}

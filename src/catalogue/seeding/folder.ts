import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '../../kernel/errors.js';
import type { Findings } from './findings.js';

/** A file that was read; `file` is relative to the seed folder. */
export type SeedFile = { readonly file: string; readonly json: unknown };

/** What a seed folder holds. */
export type SeedFolder = {
  readonly permissions: readonly SeedFile[];
  readonly roles: readonly SeedFile[];
  /** Whether `roles` is all there is: false when the subfolder is missing or a file in it cannot be read. */
  readonly rolesComplete: boolean;
};

/** Reads `permissions/*.json` and `roles/*.json` by name. Throws BAD_USER_INPUT when `dir` has neither subfolder. */
export async function readFolder(dir: string, findings: Findings): Promise<SeedFolder> {
  const [permissions, roles] = await Promise.all(['permissions', 'roles'].map(name => jsonFiles(dir, name)));
  if (!permissions && !roles) {
    throw badInput('dir', `${dir} must be a folder with the subfolder permissions or roles; nothing was changed`);
  }
  const readPermissions = await readFiles(dir, permissions ?? [], findings);
  const readRoles = await readFiles(dir, roles ?? [], findings);
  return { permissions: readPermissions, roles: readRoles, rolesComplete: roles?.length === readRoles.length };
}

async function jsonFiles(dir: string, subfolder: string): Promise<string[] | null> {
  try {
    const names = await readdir(join(dir, subfolder));
    // Files whose name starts with a dot are the business of editors and file systems.
    return names
      .filter(name => name.endsWith('.json') && !name.startsWith('.'))
      .map(name => `${subfolder}/${name}`)
      .sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw badInput('dir', `${join(dir, subfolder)} cannot be read: ${(error as Error).message}`);
  }
}

async function readFiles(dir: string, files: readonly string[], findings: Findings): Promise<SeedFile[]> {
  const read: SeedFile[] = [];
  for (const file of files) {
    try {
      read.push({ file, json: parse(await readFile(join(dir, file), 'utf8')) });
    } catch (error) {
      findings.error({ file, path: '' }, `cannot be read as JSON: ${(error as Error).message}`);
    }
  }
  return read;
}

const BYTE_ORDER_MARK = /^\ufeff/;
const parse = (text: string): unknown => JSON.parse(text.replace(BYTE_ORDER_MARK, ''));

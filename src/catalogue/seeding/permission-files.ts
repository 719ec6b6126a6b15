import { basename } from 'node:path';
import { z } from 'zod';
import { parsePermission, type PermissionParts } from '../../kernel/permission.js';
import { validText } from '../../kernel/text.js';
import { PERMISSION_FORM } from '../permission.commands.js';
import { below, type Findings, type Place } from './findings.js';
import type { SeedFile } from './folder.js';
import { judged, must, shaped } from './shape.js';

/** A permission as a file has it. */
export type SeedPermission = {
  readonly permission: string;
  readonly parts: PermissionParts;
  readonly place: Place;
  /** What the file says of it; null when it gives the bare verb, and what is stored stays. */
  readonly stated: { readonly description: string; readonly requires: readonly SeedRequirement[] } | null;
};
export type SeedRequirement = { readonly permission: string; readonly place: Place };

const File = z.record(z.string(), z.unknown(), must('an object of resources: {"<resource>": [{"verb": "read"}, …]}'));
const Entries = z.array(z.unknown(), must('a list of verbs, each a text or {"verb", "description", "requires"}'));
const Entry = z.object(
  {
    verb: z.string(must('a verb, or * for all')),
    description: z.string(must('a text')).nullish().transform(judged(validText)),
    requires: z.array(z.string(must('a verb of the same resource, or a whole permission')), must('a list')).nullish(),
  },
  must('a verb, or {"verb", "description", "requires"}'),
);

/** All permissions of the files, each once; what is broken is reported and left out. */
export function readPermissions(files: readonly SeedFile[], findings: Findings): SeedPermission[] {
  const read = new Map<string, SeedPermission>();
  for (const permission of files.flatMap(file => permissionsOf(file, findings))) {
    const first = read.get(permission.permission);
    if (!first) read.set(permission.permission, permission);
    else
      findings.warning(
        permission.place,
        `${permission.permission} was there before, at ${first.place.path}, which counts`,
      );
  }
  return [...read.values()];
}

function permissionsOf({ file, json }: SeedFile, findings: Findings): SeedPermission[] {
  const application = basename(file, '.json');
  if (!parsePermission(`${application}:*:*`)) {
    findings.error(
      { file, path: '' },
      'the name of the file must be the application: letters, digits, ".", "_" and "-"',
    );
    return [];
  }
  const resources = shaped(File, json, { file, path: '' }, findings) ?? {};
  return Object.entries(resources).flatMap(([resource, value]) => {
    const place = below({ file, path: '' }, [resource]);
    const entries = shaped(Entries, value, place, findings) ?? [];
    return entries.flatMap((entry, at) => {
      return permissionOf(`${application}:${resource}`, entry, below(place, [at]), findings) ?? [];
    });
  });
}

function permissionOf(type: string, json: unknown, place: Place, findings: Findings): SeedPermission | null {
  const bare = typeof json === 'string';
  const entry = shaped(Entry, bare ? { verb: json } : json, place, findings);
  if (!entry) return null;
  const permission = `${type}:${entry.verb}`;
  const parts = parsePermission(permission);
  if (!parts) {
    findings.error(place, `"${permission}" ${PERMISSION_FORM}`);
    return null;
  }
  if (bare) return { permission, parts, place, stated: null };
  const requires = (entry.requires ?? []).map((required, at) => ({
    permission: required.includes(':') ? required : `${type}:${required}`,
    place: below(place, ['requires', at]),
  }));
  return { permission, parts, place, stated: { description: entry.description ?? '', requires } };
}

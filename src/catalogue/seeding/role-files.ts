import { z } from 'zod';
import { validDefinition, type Definition } from '../../kernel/definitions.js';
import { parsePermission } from '../../kernel/permission.js';
import { askedKey, validName, validText } from '../../kernel/text.js';
import { PERMISSION_FORM } from '../permission.commands.js';
import { below, type Findings, type Place } from './findings.js';
import type { SeedFile } from './folder.js';
import { judged, must, shaped } from './shape.js';

const yesOrNo = z.boolean(must('true or false'));
const name = z.string(must('a text')).transform(judged((field, text: string) => validName(field, text)));
const permission = z
  .string(must('a text, application:resource:verb'))
  .refine(text => parsePermission(text) !== null, { error: PERMISSION_FORM });

const OPERATIONS = { equal: 'EQUAL', in: 'IN' } as const;
const Filter = z
  .object(
    {
      key: z.string(must('a text, a dotted path such as group.id')),
      operation: z.enum(['equal', 'in'], must('"equal" or "in"')),
      value: z
        .unknown()
        .refine(value => value !== undefined, { error: 'is missing; it must be a string, a list or null' }),
    },
    must('{"key", "operation", "value"}'),
  )
  .transform(
    judged((field, { key, operation, value }): Definition => {
      return validDefinition(field, { key, operation: OPERATIONS[operation], value });
    }),
  );
const ResourceDefinition = z
  .object({ attributeFilter: Filter }, must('{"attributeFilter": {"key", "operation", "value"}}'))
  .transform(({ attributeFilter }) => attributeFilter);
const Access = z
  .object(
    { permission, resourceDefinitions: z.array(ResourceDefinition, must('a list')).nullish() },
    must('{"permission", "resourceDefinitions"}'),
  )
  .transform(({ permission, resourceDefinitions }) => ({ permission, definitions: resourceDefinitions ?? [] }));

const LARGEST_VERSION = 2_147_483_647;
const version = z
  .int(must('a whole number from 1'))
  .min(1, { error: 'must be a whole number from 1' })
  .max(LARGEST_VERSION, { error: `must be at most ${LARGEST_VERSION}` });

const Role = z
  .object(
    {
      name,
      display_name: name.nullish(),
      description: z.string(must('a text')).nullish().transform(judged(validText)),
      system: yesOrNo.nullish().refine(system => system !== false, {
        error: 'must be true: only system roles can be seeded; custom roles belong to a tenant',
      }),
      platform_default: yesOrNo.nullish(),
      admin_default: yesOrNo.nullish(),
      version: version.nullish(),
      access: z.array(Access, must('a list of {"permission", "resourceDefinitions"}')),
    },
    must('an object'),
  )
  .transform(role => ({
    name: role.name,
    displayName: role.display_name ?? role.name,
    description: role.description,
    platformDefault: role.platform_default ?? false,
    adminDefault: role.admin_default ?? false,
    version: role.version ?? 1,
    access: role.access,
  }));
const File = z.object({ roles: z.array(z.unknown(), must('a list')) }, must('{"roles": […]}'));
const Named = z.object({ name: z.string().refine(text => text.trim() !== '') });

/** A role as a file has it: well-formed, with the keys by which names are compared. */
export type SeedRole = z.output<typeof Role> & {
  readonly nameKey: string;
  readonly displayNameKey: string;
  readonly place: Place;
};

/** The roles of a folder: those that can be loaded, and the name keys of all that it names, broken ones included. */
export type SeedRoles = {
  readonly roles: readonly SeedRole[];
  readonly named: ReadonlySet<string>;
  /** False when something in the files has no name that can be read: what is missing may be that. */
  readonly namesComplete: boolean;
};

/** Reads the roles of the files; what is broken, or takes a name that was there before, is reported and left out. */
export function readRoles(files: readonly SeedFile[], findings: Findings): SeedRoles {
  const named = new Set<string>();
  const roles: SeedRole[] = [];
  let namesComplete = true;
  for (const { file, json } of files) {
    const list = shaped(File, json, { file, path: '' }, findings);
    if (!list) namesComplete = false;
    list?.roles.forEach((entry, at) => {
      const { data } = Named.safeParse(entry);
      if (data) named.add(askedKey(data.name));
      else namesComplete = false;
      const role = roleOf(entry, below({ file, path: '' }, ['roles', at]), findings);
      if (role && isFirst(role, roles, findings)) roles.push(role);
    });
  }
  return { roles, named, namesComplete };
}

function roleOf(json: unknown, place: Place, findings: Findings): SeedRole | null {
  const role = shaped(Role, json, place, findings);
  return role && { ...role, nameKey: askedKey(role.name), displayNameKey: askedKey(role.displayName), place };
}

function isFirst(role: SeedRole, earlier: readonly SeedRole[], findings: Findings): boolean {
  const name = earlier.find(({ nameKey }) => nameKey === role.nameKey);
  const displayName = earlier.find(({ displayNameKey }) => displayNameKey === role.displayNameKey);
  const first = name ?? displayName;
  if (!first) return true;
  const what = name ? `the name "${role.name}"` : `the display name "${role.displayName}"`;
  findings.error(role.place, `${what} is taken by ${first.place.path} of ${first.place.file}, which counts`);
  return false;
}

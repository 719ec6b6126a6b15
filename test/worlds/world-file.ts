import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Filter, ResourceRef, Row, Subject } from '../oracle/world.js';

const text = z.string();
const texts = z.array(text);
const maybe = z.union([text, z.null()]);

const hours = z.number().default(0);

/** Filters on attributes: a text or null has to be equal, of a list one. */
const where = z.record(text, z.union([maybe, z.array(maybe)]));
const row = z.union([text, z.strictObject({ permission: text, where: where.optional() })]);

/** A member by username, or with member roles, or only for so many hours. */
const member = z.union([
  text,
  z.strictObject({ who: text, roles: texts.default([]), forHours: z.number().optional() }),
]);

/** By type and id. Parents are written `TYPE ID`; the owner is a username. */
const resources = z.record(
  text,
  z.record(
    text,
    z.strictObject({
      owner: text.optional(),
      attributes: z.record(text, z.unknown()).optional(),
      parents: texts.optional(),
      sharedWith: texts.optional(),
    }),
  ),
);

/** A username or `group NAME` gets permissions, on single resources or (without `on`) on all of the type. */
const grant = z.strictObject({ to: text, may: texts, on: texts.optional(), forHours: z.number().optional() });

/** A resource, `TYPE ID`, is assigned by policy: to a group, and one of its members. */
const assignment = z.strictObject({
  ...{ resource: text, to: text, member: text.optional() },
  policy: z.record(text, z.unknown()).optional(),
});

/** What `resources` finds. */
const list = z.strictObject({
  who: text,
  permissions: texts.default([]),
  /** Without permissions: what has any grant. */
  type: text.optional(),
  match: z.enum(['ALL', 'ANY']).default('ALL'),
  includeGroups: z.boolean().default(true),
  includeSuperuser: z.boolean().default(true),
  acceptGlobal: z.boolean().default(true),
  /** All ids, in their order. */
  finds: texts,
  everything: z.boolean().default(false),
  afterHours: hours,
});

const holding = z.record(text, texts);
/** Who holds what on a resource, `TYPE ID`: verbs by username, and by the name of a group. */
const holders = z.strictObject({
  on: text,
  /** Only who holds one of these. */
  permissions: texts.optional(),
  includeGroupMembers: z.boolean().default(true),
  includeSuperusers: z.boolean().default(false),
  acceptGlobal: z.boolean().default(false),
  principals: holding,
  groups: holding,
  everyone: z.boolean().default(false),
  afterHours: hours,
});

/** A world, and what has to be true in it, as people write it in `test/worlds/*.yaml`. */
const worldFile = z.strictObject({
  title: text,
  permissions: texts,
  /** Options of resource types, as `updateResourceType` takes them. */
  types: z.record(text, z.record(text, z.unknown())).default({}),
  systemRoles: z
    .record(text, z.strictObject({ default: z.enum(['users', 'administrators']).optional(), access: z.array(row) }))
    .default({}),
  roles: z.record(text, z.array(row)).default({}),
  /** By username, with the flags that `createPrincipal` takes. */
  principals: z.record(text, z.record(text, z.unknown())).default({}),
  /** A parent stands before its subgroups. Other keys are flags that `createGroup` takes. */
  groups: z
    .record(
      text,
      z.strictObject({
        parent: text.optional(),
        members: z.array(member).default([]),
        roles: texts.default([]),
        /** Groups that get to see what its members put. */
        autoShareWith: texts.default([]),
        type: text.optional(),
        includesSubgroups: z.boolean().optional(),
        supergroup: z.boolean().optional(),
        anonymousDefault: z.boolean().optional(),
      }),
    )
    .default({}),
  policies: z.record(text, z.strictObject({ group: text, roles: texts })).default({}),
  /** Roles that the tenant adds to its default group. */
  defaultGroup: texts.default([]),
  resources: resources.default({}),
  grants: z.array(grant).default([]),
  assignments: z.array(assignment).default([]),
  checks: z.array(
    z.strictObject({
      /** A username, `group NAME`, or `anybody` for whoever is not signed in. */
      who: text,
      may: texts.default([]),
      mayNot: texts.default([]),
      /** The id of a resource; without one, in general. */
      on: text.optional(),
      /** The context of the question. */
      with: z.record(text, z.unknown()).optional(),
      /**
       * All reasons of what is allowed: `ROLE through GROUP`, with `by POLICY` for a named one; `grant` and `type grant`,
       * with `to GROUP` when it is not one's own; `inherited from TYPE ID`; `owner`, `shared`, `superuser`.
       */
      because: texts.optional(),
      /** Where it would be allowed. */
      filterSets: z.array(where).optional(),
      afterHours: hours,
    }),
  ),
  lists: z.array(list).default([]),
  holders: z.array(holders).default([]),
  access: z
    .array(
      z.strictObject({
        who: text,
        applications: text,
        /** All rows, in their order. */
        lists: z.array(z.strictObject({ permission: text, where: where.optional(), roles: texts })),
      }),
    )
    .default([]),
});

export type WorldFile = z.infer<typeof worldFile>;
export type Where = z.infer<typeof where>;
export type FileRow = z.infer<typeof row>;
export type FileMember = z.infer<typeof member>;

/** All worlds of this folder. Throws naming the file, and what is wrong with it. */
export async function readWorldFiles(): Promise<WorldFile[]> {
  const names = (await readdir(import.meta.dirname)).filter(name => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async name => {
      const { success, data, error } = worldFile.safeParse(
        parse(await readFile(join(import.meta.dirname, name), 'utf8')),
      );
      if (!success) throw new Error(`${name}: ${z.prettifyError(error)}`);
      return data;
    }),
  );
}

const GROUP = /^group /;

/** Somebody as a file names them. */
export function subjectOf(who: string): Subject {
  if (who === 'anybody') return { anonymous: true };
  return GROUP.test(who) ? { group: who.replace(GROUP, '') } : { username: who };
}

/** A resource that is written `TYPE ID`. */
export function resourceIn(written: string): ResourceRef {
  const space = written.indexOf(' ');
  return { type: written.slice(0, space), id: written.slice(space + 1) };
}

/** Filters in their long form. */
export const filtersOf = (short: Where = {}): Filter[] =>
  Object.entries(short).map(([key, value]) => ({ key, operation: Array.isArray(value) ? 'IN' : 'EQUAL', value }));

/** A row in its long form. */
export const rowOf = (short: FileRow): Row =>
  typeof short === 'string'
    ? { permission: short, filters: [] }
    : { permission: short.permission, filters: filtersOf(short.where) };

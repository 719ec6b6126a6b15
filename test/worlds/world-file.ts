import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Filter, Row } from '../oracle/world.js';

const text = z.string();
const texts = z.array(text);
const maybe = z.union([text, z.null()]);

/** Filters on attributes: a text or null has to be equal, of a list one. */
const where = z.record(text, z.union([maybe, z.array(maybe)]));
const row = z.union([text, z.strictObject({ permission: text, where: where.optional() })]);

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
        members: texts.default([]),
        roles: texts.default([]),
        includesSubgroups: z.boolean().optional(),
        supergroup: z.boolean().optional(),
        anonymousDefault: z.boolean().optional(),
      }),
    )
    .default({}),
  policies: z.record(text, z.strictObject({ group: text, roles: texts })).default({}),
  /** Roles that the tenant adds to its default group. */
  defaultGroup: texts.default([]),
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
      /** All reasons of what is allowed: `ROLE through GROUP`, with `by POLICY` for a named one, or `superuser`. */
      because: texts.optional(),
      /** Where it would be allowed. */
      filterSets: z.array(where).optional(),
    }),
  ),
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

/** Filters in their long form. */
export const filtersOf = (short: Where = {}): Filter[] =>
  Object.entries(short).map(([key, value]) => ({ key, operation: Array.isArray(value) ? 'IN' : 'EQUAL', value }));

/** A row in its long form. */
export const rowOf = (short: FileRow): Row =>
  typeof short === 'string'
    ? { permission: short, filters: [] }
    : { permission: short.permission, filters: filtersOf(short.where) };

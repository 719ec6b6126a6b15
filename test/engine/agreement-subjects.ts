import type { Engine } from '../../src/engine/engine.js';
import { rowsOn, type Subject as Found } from '../../src/engine/subject.js';
import { accessPage } from '../../src/policy/access.js';
import { accessList, policiesOf, rolesOf } from '../oracle.js';
import { filtersText } from '../oracle/matching.js';
import { groupsOf, principalOf } from '../oracle/membership.js';
import type { StoredWorld } from '../oracle/stored-world.js';
import type { Filter, Subject, World } from '../oracle/world.js';
import { askingOf, distinct, nameOf, refOf, same, subjectsOf, type Way } from './engine-words.js';

/** Compares what lists are made of: the groups, roles, policies and rows of each subject, and its access list. */
export async function compareSubjects(engine: Engine, stored: StoredWorld, way: Way) {
  const asking = await askingOf(engine, stored, way);
  const subjects = subjectsOf(stored.world);
  const found = await Promise.all(subjects.map(subject => asking.subject(refOf(subject, stored, way.byId))));
  subjects.forEach((subject, at) => {
    const got = found[at] ? describeFound(found[at], stored) : null;
    same(`${JSON.stringify(subject)} ${JSON.stringify(way)}`, got, describeWanted(stored.world, subject, way.now));
  });
  for (const [at, subject] of subjects.entries()) {
    for (const applications of ['', ' other, lone,']) {
      const what = `access of ${JSON.stringify(subject)} in "${applications}" ${JSON.stringify(way)}`;
      same(
        what,
        await listedAccess(found[at] ?? null, applications, stored),
        wantedAccess(stored.world, subject, applications, way),
      );
    }
  }
}

async function listedAccess(found: Found | null, applications: string, stored: StoredWorld): Promise<string[]> {
  const { edges } = await accessPage(found, applications, null, { first: 1_000 });
  const lines = (edges ?? []).map(({ node }) => {
    const filters = node.resourceDefinitions.map(({ attributeFilter }) => attributeFilter as Filter);
    return lineOf(
      node.permission,
      filters,
      node.roleIds.map(id => nameOf(stored.roles, id)),
    );
  });
  const permissions = (edges ?? []).map(({ node }) => node.permission);
  same('the order of permissions', permissions, permissions.toSorted());
  return lines.sort();
}

function wantedAccess(world: World, subject: Subject, applications: string, { now }: Way): string[] {
  const names = applications.split(',').map(name => name.trim());
  const rows = accessList(
    world,
    subject,
    names.filter(name => name !== ''),
    now,
  );
  return rows.map(({ permission, filters, roles }) => lineOf(permission, filters, roles)).sort();
}

const lineOf = (permission: string, filters: readonly Filter[], roles: readonly string[]) =>
  `${permission} ${filtersText(filters)} ${roles.toSorted().join()}`;

const describeFound = (found: Found, stored: StoredWorld) => ({
  groups: distinct([...found.groups].map(id => nameOf(stored.groups, id))),
  roles: distinct([...found.roles].map(id => nameOf(stored.roles, id))),
  policies: distinct([...found.policies].map(id => nameOf(stored.policies, id))),
  rows: distinct(
    [...found.rows.keys()]
      .flatMap(application => rowsOn(found, application))
      .map(row => `${row.permission} ${filtersText(row.definitions)} ${nameOf(stored.roles, row.roleId)}`),
  ),
});

function describeWanted(world: World, subject: Subject, now: number): ReturnType<typeof describeFound> | null {
  const isGroup = 'group' in subject && world.groups.some(({ name }) => name === subject.group);
  if (!('anonymous' in subject) && !isGroup && !principalOf(world, subject)) return null;
  return {
    groups: distinct(groupsOf(world, subject, now).map(({ name }) => name)),
    roles: distinct(rolesOf(world, subject, now)),
    policies: distinct(policiesOf(world, subject, now)),
    rows: distinct(
      accessList(world, subject, [], now).flatMap(({ permission, filters, roles }) =>
        roles.map(role => `${permission} ${filtersText(filters)} ${role}`),
      ),
    ),
  };
}

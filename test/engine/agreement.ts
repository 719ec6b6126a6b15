import { Asking, type Ask } from '../../src/engine/asking.js';
import type { Engine } from '../../src/engine/engine.js';
import { rowsOn, type Subject as Found, type SubjectRef } from '../../src/engine/subject.js';
import { AppError } from '../../src/kernel/errors.js';
import { accessPage } from '../../src/policy/access.js';
import { accessList, decide, policiesOf, rolesOf } from '../oracle.js';
import { filtersText } from '../oracle/matching.js';
import { groupsOf, principalOf } from '../oracle/membership.js';
import type { StoredWorld } from '../oracle/stored-world.js';
import type { Filter, Question, Subject, World } from '../oracle/world.js';

/** How the engine is asked: through names or ids, at some time. */
export type Way = { readonly byId: boolean; readonly now: number };

/** Everybody whom a world may be asked about, and some whom it does not know. */
export const subjectsOf = (world: World): Subject[] => [
  ...world.principals.map(({ username }) => ({ username })),
  ...world.groups.map(({ name }) => ({ group: name })),
  ...[{ username: 'nobody' }, { group: 'nothing' }, { anonymous: true as const }],
];

/** Puts the questions to the engine in one batch, and throws when it and the oracle do not say the same. */
export async function compareAnswers(engine: Engine, stored: StoredWorld, questions: readonly Question[], way: Way) {
  const asking = await askingOf(engine, stored, way);
  const answers = await Promise.all(questions.map(question => answerOf(asking, stored, question, way)));
  questions.forEach((question, at) => {
    same(
      `${JSON.stringify(question)} ${JSON.stringify(way)}`,
      answers[at],
      expectedOf(stored.world, question, way.now),
    );
  });
}

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

async function askingOf(engine: Engine, { tenantId }: StoredWorld, { now }: Way) {
  const revision = await engine.revisions(tenantId);
  const catalogue = await engine.catalogue.at(revision.catalogue);
  return new Asking(engine, engine.db.scope(tenantId), catalogue, revision, new Date(now));
}

function same(what: string, engine: unknown, oracle: unknown) {
  const [got, wanted] = [JSON.stringify(engine), JSON.stringify(oracle)];
  if (got !== wanted) throw new Error(`${what}\n  engine: ${got}\n  oracle: ${wanted}`);
}

function refOf(subject: Subject, stored: StoredWorld, byId: boolean): SubjectRef {
  if ('anonymous' in subject) return { by: 'anonymous', value: '' };
  if ('group' in subject) {
    const id = stored.groups.get(subject.group);
    return byId && id ? { by: 'groupId', value: id } : { by: 'groupName', value: subject.group.toLowerCase() };
  }
  const id = stored.principals.get(subject.username);
  return byId && id ? { by: 'principalId', value: id } : { by: 'username', value: subject.username };
}

/** What the engine answers, in the words of the oracle. */
async function answerOf(asking: Asking, stored: StoredWorld, question: Question, { byId }: Way): Promise<unknown> {
  const ask: Ask = {
    subject: refOf(question.subject, stored, byId),
    permission: question.permission,
    resourceId: question.resourceId ?? null,
    context: question.context ?? null,
  };
  try {
    const answer = await asking.answer(ask, 'permission');
    const reasons = answer.reasons().map(reason => {
      if (reason.kind === 'SUPERUSER') return 'SUPERUSER';
      const { groupId, policyId, roleId } = reason.row;
      const policy = policyId && nameOf(stored.policies, policyId);
      return `ROLE ${nameOf(stored.groups, groupId)} ${policy} ${nameOf(stored.roles, roleId)}`;
    });
    const filterSets = answer.filterSets().map(filtersText);
    return { allowed: answer.allowed, reasons: distinct(reasons), filterSets: distinct(filterSets) };
  } catch (error) {
    if (error instanceof AppError && error.field === 'permission') return { error: error.code };
    throw error;
  }
}

function expectedOf(world: World, question: Question, now: number): unknown {
  const decision = decide(world, question, now);
  if ('error' in decision) return decision;
  const reasons = decision.reasons.map(reason =>
    reason.kind === 'SUPERUSER' ? 'SUPERUSER' : `ROLE ${reason.group} ${reason.policy} ${reason.role}`,
  );
  const filterSets = decision.filterSets.map(filtersText);
  return { allowed: decision.allowed, reasons: distinct(reasons), filterSets: distinct(filterSets) };
}

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

const distinct = (texts: readonly string[]) => [...new Set(texts)].sort();
const nameOf = (ids: ReadonlyMap<string, string>, id: string) =>
  [...ids].find(([, own]) => own === id)?.[0] ?? `of another tenant: ${id}`;

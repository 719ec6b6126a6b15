import { Asking } from '../../src/engine/asking.js';
import type { Engine } from '../../src/engine/engine.js';
import type { SubjectRef } from '../../src/engine/subject.js';
import type { StoredWorld } from '../oracle/stored-world.js';
import type { Subject, World } from '../oracle/world.js';

/** How the engine is asked: through names or ids, at some time. */
export type Way = { readonly byId: boolean; readonly now: number };

/** Everybody whom a world may be asked about, and some whom it does not know. */
export const subjectsOf = (world: World): Subject[] => [
  ...world.principals.map(({ username }) => ({ username })),
  ...world.groups.map(({ name }) => ({ group: name })),
  ...[{ username: 'nobody' }, { group: 'nothing' }, { anonymous: true as const }],
];

/** The questions of one request to the engine. */
export async function askingOf(engine: Engine, { tenantId }: StoredWorld, { now }: Way): Promise<Asking> {
  const revision = await engine.revisions(tenantId);
  const catalogue = await engine.catalogue.at(revision.catalogue);
  return new Asking(engine, engine.db.scope(tenantId), catalogue, revision, new Date(now));
}

/** A subject as the engine is told of it. */
export function refOf(subject: Subject, stored: StoredWorld, byId: boolean): SubjectRef {
  if ('anonymous' in subject) return { by: 'anonymous', value: '' };
  if ('group' in subject) {
    const id = stored.groups.get(subject.group);
    return byId && id ? { by: 'groupId', value: id } : { by: 'groupName', value: subject.group.toLowerCase() };
  }
  const id = stored.principals.get(subject.username);
  return byId && id ? { by: 'principalId', value: id } : { by: 'username', value: subject.username };
}

/** Throws, saying what was asked and both answers, when the engine and the oracle do not say the same. */
export function same(what: string | (() => string), engine: unknown, oracle: unknown): void {
  const [got, wanted] = [JSON.stringify(engine), JSON.stringify(oracle)];
  if (got === wanted) return;
  throw new Error(`${typeof what === 'string' ? what : what()}\n  engine: ${got}\n  oracle: ${wanted}`);
}

export const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

export const nameOf = (ids: ReadonlyMap<string, string>, id: string): string =>
  [...ids].find(([, own]) => own === id)?.[0] ?? `of another tenant: ${id}`;

import type { EntityManager } from '@mikro-orm/core';
import { GrantryError } from './errors.js';
import { currentScope, type Scope } from './scope.js';

/** Shared by an EntityManager and its forks that take over its entities. */
type Seen = { scope?: Scope };
const seen = new WeakMap<EntityManager, Seen>();

const SEES: Record<Scope['kind'], number> = { nobody: 0, caller: 1, unrestricted: 2 };

function seenBy(em: EntityManager): Seen {
  const known = seen.get(em) ?? {};
  seen.set(em, known);
  return known;
}

/** The fork has the entities of the parent, and so what they were read under. */
export const copyScope = (parent: EntityManager, fork: EntityManager): void => void seen.set(fork, seenBy(parent));

/**
 * Remembers under which scope the EntityManager reads. Throws when it still holds entities that were read under another
 * one that may see more: MikroORM answers with the entities it holds, as they are.
 */
export function keepScope(em: EntityManager): void {
  const now = currentScope();
  const record = seenBy(em);
  const before = record.scope;
  const sees = (scope: Scope) => SEES[scope.kind];
  if (
    before &&
    before !== now &&
    sees(before) >= sees(now) &&
    em.getUnitOfWork(false).getIdentityMap().keys().length > 0
  )
    throw new GrantryError(
      'MIXED_SCOPES',
      'This EntityManager holds entities that were read for another caller or without restriction: use em.fork().',
    );
  record.scope = now;
}

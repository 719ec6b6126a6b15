import type { Asking } from '../../src/engine/asking.js';
import type { Engine } from '../../src/engine/engine.js';
import { everyoneOn, groupsOn, principalsOn } from '../../src/engine/holders.js';
import {
  everyoneHolds,
  groupHolders,
  permissionsOn,
  principalHolders,
  type Holder,
  type Via,
  type Wanted,
} from '../oracle/holders.js';
import type { StoredWorld } from '../oracle/stored-world.js';
import type { ResourceRef, Subject } from '../oracle/world.js';
import { askingOf, nameOf, refOf, same, type Way } from './engine-words.js';

/** The holders of a resource, and how many are asked for at a time. */
export type PagedHolders = Wanted & {
  readonly kind: 'principals' | 'groups' | 'everyone';
  readonly resource: ResourceRef;
  readonly limit: number;
};

// Of a type with open verbs, what the engine names has to be held, and what the oracle names has to be named.

/** Compares the permissions of a subject on a resource, all or in part. */
export async function comparePermissionsOn(
  engine: Engine,
  stored: StoredWorld,
  { subject, resource, via }: { readonly subject: Subject; readonly resource: ResourceRef; readonly via: Via },
  way: Way,
) {
  const asking = await askingOf(engine, stored, way);
  const found = await asking.permissionsOn(refOf(subject, stored, way.byId), resource, via);
  const look = { world: stored.world, now: way.now, more: () => found };
  const what = `permissions ${via} of ${JSON.stringify(subject)} on ${JSON.stringify(resource)} ${JSON.stringify(way)}`;
  same(what, found, permissionsOn(look, subject, resource, via));
}

/** Compares who holds something on a resource. */
export async function compareHolders(engine: Engine, stored: StoredWorld, asked: PagedHolders, way: Way) {
  const { kind, resource } = asked;
  const { world } = stored;
  const asking = await askingOf(engine, stored, way);
  const what = `${JSON.stringify(asked)} ${JSON.stringify(way)}`;
  if (kind === 'everyone') {
    const found = await everyoneOn(asking, resource, asked);
    return same(what, found, everyoneHolds({ world, now: way.now }, resource, asked));
  }
  const found = kind === 'groups' ? await groups(asking, stored, asked) : await principals(asking, asked);
  const nameOfHolder = (subject: Subject) => Object.values(subject)[0];
  const more = (subject: Subject) => found.find(({ name }) => name === nameOfHolder(subject))?.verbs ?? [];
  const holders = kind === 'groups' ? groupHolders : principalHolders;
  return same(what, found, holders({ world, now: way.now, more }, resource, asked));
}

async function principals(asking: Asking, { resource, limit, ...wanted }: PagedHolders): Promise<Holder[]> {
  return allPages(async after => {
    const { holders, more } = await principalsOn(asking, resource, wanted, { after, limit });
    return { more, found: holders.map(({ username, verbs }) => ({ key: username, name: username, verbs })) };
  });
}

async function groups(
  asking: Asking,
  stored: StoredWorld,
  { resource, limit, ...wanted }: PagedHolders,
): Promise<Holder[]> {
  return allPages(async after => {
    const { holders, more } = await groupsOn(asking, resource, wanted, { after, limit });
    return {
      more,
      found: holders.map(({ id, nameKey, verbs }) => ({ key: nameKey, name: nameOf(stored.groups, id), verbs })),
    };
  });
}

type Page = { readonly more: boolean; readonly found: readonly (Holder & { readonly key: string })[] };

async function allPages(pageAfter: (after: string | null) => Promise<Page>): Promise<Holder[]> {
  const all: Page['found'][number][] = [];
  for (;;) {
    const { more, found } = await pageAfter(all.at(-1)?.key ?? null);
    if (more && found.length === 0) throw new Error('an empty page, and more to come');
    all.push(...found);
    if (!more) return all.map(({ name, verbs }) => ({ name, verbs }));
  }
}

import type { View } from '../api/context.js';
import { groupLoaders } from '../directory/group.loaders.js';
import type { ResourceKey } from '../engine/facts.js';
import { groupsOn, principalsOn, type HoldersQuery } from '../engine/holders.js';
import { listResources } from '../engine/lists.js';
import { WHOLE } from '../engine/reading.js';
import { verbsToTry } from '../engine/verbs.js';
import { forbidden } from '../kernel/errors.js';
import { globalId } from '../kernel/ids.js';
import { requireMayAskAbout } from '../policy/subjects.js';
import { resourceLoaders } from '../resources/resource.loaders.js';
import { requireSeesHolders } from '../resources/rights.js';
import { askedOn, contextIn, subjectNamed } from './asked.js';
import type { Search } from './authzen.requests.js';
import { windowOf, type SearchWindow } from './search-page.js';

/** What a search answers (section 8.3). */
export type Found = {
  readonly page: { readonly next_token: string; readonly count: number };
  readonly context: Readonly<Record<string, unknown>>;
  readonly results: readonly object[];
};
type Result = { readonly place: string; readonly result: object };
type Part = { readonly found: readonly Result[]; readonly more: boolean };

const NOTHING: Part = { found: [], more: false };

/** Who may do an action to a resource: principals by username, or groups by name. */
export async function searchSubjects(
  view: View,
  { subject, resource, action, page }: Search<'subject'>,
): Promise<Found> {
  const { type, id } = resource;
  await requireMayAskWho(view, { type, id });
  const window = windowOf(page, `who ${JSON.stringify([subject.type, type, id, action.name])}`);
  const asked = askedOn(view, type, action.name);
  if (!asked) return answered(view, window, NOTHING);
  const query = { verbs: [asked.verb], reading: WHOLE };
  const read = HOLDERS.get(subject.type);
  return answered(view, window, read ? await read(view, { type, id }, query, window) : NOTHING);
}

/** To which registered resources of a type a subject may do an action; `context.everything` when to all there can be. */
export async function searchResources(
  view: View,
  { subject, resource, action, page }: Search<'resource'>,
): Promise<Found> {
  const ref = subjectNamed(subject);
  await requireMayAskAbout(view, ref);
  const window = windowOf(page, `where ${JSON.stringify([subject.type, subject.id, resource.type, action.name])}`);
  const asked = askedOn(view, resource.type, action.name);
  if (!asked) return answered(view, window, NOTHING, { everything: false });
  const query = { subject: ref, type: resource.type, verbs: [asked.verb], match: 'ALL', reading: WHOLE } as const;
  const { ids, more, everything } = await listResources(view.asking, query, window);
  const found = ids.map(id => ({ place: id, result: { type: resource.type, id } }));
  return answered(view, window, { found, more }, { everything });
}

/** What a subject may do to a resource, as verbs in their order; properties of the resource are laid over its attributes. */
export async function searchActions(view: View, { subject, resource, page }: Search<'action'>): Promise<Found> {
  const ref = subjectNamed(subject);
  await requireMayAskAbout(view, ref);
  const { type, id, properties = null } = resource;
  const window = windowOf(page, `what ${JSON.stringify([subject.type, subject.id, type, id, properties])}`);
  const options = view.asking.catalogue.typeNamed(type);
  const whose = options && (await view.asking.subject(ref));
  if (!whose) return answered(view, window, NOTHING);
  const relation = await view.asking.relation(whose, { type, id });
  const at = relation.at({ type, id });
  const verbs = verbsToTry(options, relation).filter(verb => relation.allows(options, verb, at, properties));
  const rest = verbs.filter(verb => verb > (window.after ?? ''));
  const found = rest.slice(0, window.limit).map(name => ({ place: name, result: { name } }));
  return answered(view, window, { found, more: rest.length > window.limit });
}

/** As `requireSeesHolders`; of a resource that the caller does not know, it is told the same whether or not it exists. */
async function requireMayAskWho(view: View, key: ResourceKey): Promise<void> {
  if (view.access.may('access', 'read')) return;
  const resource = await view.load(resourceLoaders).byKey.load(key);
  if (!resource) throw forbidden('This needs rbac:access:read, or to administer the resource');
  await requireSeesHolders(view, resource);
}

async function usersWith({ asking }: View, key: ResourceKey, query: HoldersQuery, window: SearchWindow): Promise<Part> {
  const { holders, more } = await principalsOn(asking, key, query, window);
  return { found: holders.map(({ username: id }) => ({ place: id, result: { type: 'user', id } })), more };
}

async function groupsWith(view: View, key: ResourceKey, query: HoldersQuery, window: SearchWindow): Promise<Part> {
  const { holders, more } = await groupsOn(view.asking, key, query, window);
  const groups = await Promise.all(holders.map(({ id }) => view.load(groupLoaders).named.load(id)));
  const found = holders.map(({ id, name: place }, at) => {
    const properties = { globalId: globalId('Group', id) };
    return { place, result: { type: 'group', id: groups[at]?.name ?? place, properties } };
  });
  return { found, more };
}

const HOLDERS = new Map([
  ['user', usersWith],
  ['group', groupsWith],
]);

const answered = (view: View, window: SearchWindow, { found, more }: Part, context: object = {}): Found => ({
  page: window.page(found.length, more, found.at(-1)?.place),
  context: contextIn(view, { ...context }),
  results: found.map(({ result }) => result),
});

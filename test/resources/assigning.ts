import type { Asker, World } from '../world.js';
import { did, does } from './asking.js';

type Input = Record<string, unknown>;

const GRANTS = `query ($resourceId: String!) { resource(type: "lib:book", resourceId: $resourceId) {
  grants(first: 1000) { totalCount nodes { permission expiresAt principal { username } group { name } } } } }`;

type Granted = {
  permission: string;
  expiresAt: string | null;
  principal: { username: string } | null;
  group: { name: string } | null;
};

async function grantsOf(asker: Asker, resourceId: string): Promise<Granted[]> {
  const { resource } = await asker.get(GRANTS, { resourceId });
  const { nodes, totalCount } = resource?.grants ?? { nodes: [], totalCount: 0 };
  expect(totalCount).toBe(nodes.length);
  return nodes;
}

/** Who holds grants on a book: by name, the verbs. */
export async function heldOn(w: World, resourceId = '1'): Promise<Record<string, string[]>> {
  const held: Record<string, string[]> = {};
  for (const { permission, principal, group } of await grantsOf(w.admin, resourceId)) {
    (held[`${principal?.username ?? group?.name}`] ??= []).push(permission.split(':')[2]!);
  }
  for (const verbs of Object.values(held)) verbs.sort();
  return held;
}

/** When the grants of a principal on a book end, each time once. */
export async function endsOf(w: World, username: string, resourceId = '1'): Promise<(string | null)[]> {
  const own = (await grantsOf(w.admin, resourceId)).filter(({ principal }) => principal?.username === username);
  return [...new Set(own.map(({ expiresAt }) => expiresAt && new Date(expiresAt).toISOString()))];
}

/** Assigns a book, as the administrator. */
export const assign = (w: World, groupId: string, more: Input = {}) =>
  does(w.admin, 'assignResource', { type: 'lib:book', resourceId: '1', groupId, ...more });

/** Takes an assignment of a book back; answers how many grants went. */
export const unassign = async (w: World, groupId: string, more: Input = {}): Promise<number> =>
  (await does(w.admin, 'unassignResource', { type: 'lib:book', resourceId: '1', groupId, ...more })).count;

/** Makes somebody a member, with roles and an end. */
export const join = (w: World, groupId: string, username: string, more: Input = {}) =>
  did(w.admin, 'addGroupMembers', { groupId, usernames: [username], ...more });

export const leave = (w: World, groupId: string, username: string) =>
  did(w.admin, 'removeGroupMembers', { groupId, usernames: [username] });

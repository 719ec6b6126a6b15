import { SCOPES } from '../../src/kernel/caller.js';
import type { Gate, World } from '../world.js';
import { resourceIn, subjectOf, type WorldFile } from './world-file.js';

type Ids = ReadonlyMap<string, string>;

/** So many hours from now on. */
export const inHours = (gate: Gate, hours: number) => new Date(gate.now().getTime() + hours * 3_600_000).toISOString();

/** Puts the resources of a world, grants what is granted, and assigns what is assigned. */
export async function buildResources(gate: Gate, w: World, file: WorldFile, groups: Ids): Promise<void> {
  const send = (name: string, input: object) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    return w.service(...SCOPES).get(`mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`, { input });
  };
  for (const [type, byId] of Object.entries(file.resources)) {
    await send('putResources', { type, resources: Object.entries(byId).map(entry => putInput(entry, groups)) });
  }
  for (const { to, may, on, forHours } of file.grants) {
    await send('grantPermissions', {
      permissions: may,
      subjects: [subjectInput(to)],
      ...(on && { resourceIds: on }),
      ...(forHours && { expiresAt: inHours(gate, forHours) }),
    });
  }
  for (const { resource, to, member, policy } of file.assignments) {
    const { type, id } = resourceIn(resource);
    const input = { type, resourceId: id, groupId: groups.get(to), ...(policy && { policy }) };
    await send('assignResource', { ...input, ...(member !== undefined && { username: member }) });
  }
}

function putInput([resourceId, made]: [string, WorldFile['resources'][string][string]], groups: Ids) {
  const { parents, sharedWith, ...rest } = made;
  const refs = parents?.map(resourceIn).map(({ type, id }) => ({ type, resourceId: id }));
  return {
    ...{ resourceId, ...rest },
    ...(refs && { parents: refs }),
    ...(sharedWith && { sharedWith: sharedWith.map(name => groups.get(name)) }),
  };
}

/** Somebody as mutations and questions name them. */
export function subjectInput(who: string): Readonly<Record<string, unknown>> {
  const subject = subjectOf(who);
  return 'group' in subject ? { groupName: subject.group } : subject;
}

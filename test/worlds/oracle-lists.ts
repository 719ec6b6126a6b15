import { everyoneHolds, groupHolders, principalHolders, type Holder } from '../oracle/holders.js';
import { listed, listedByGrant } from '../oracle/lists.js';
import type { World } from '../oracle/world.js';
import { resourceIn, subjectOf, type WorldFile } from './world-file.js';

type List = WorldFile['lists'][number];
type Holders = WorldFile['holders'][number];

const verbIn = (permission: string) => permission.split(':')[2]!;
const typeIn = (permission: string) => permission.split(':').slice(0, 2).join(':');

/** What the oracle says to a list of a file. */
export function oracleList(world: World, { who, permissions, type, match, ...reading }: List, now: number) {
  const subject = subjectOf(who);
  const [first] = permissions;
  if (first === undefined) return listedByGrant(world, { subject, type: type!, ...reading }, now);
  const asked = { subject, type: typeIn(first), verbs: permissions.map(verbIn), match, reading };
  return listed(world, asked, now);
}

/** What the oracle says to the holders of a file. */
export function oracleHolders(world: World, asked: Holders, now: number) {
  const look = { world, now };
  const resource = resourceIn(asked.on);
  const { includeGroupMembers: includeGroups, includeSuperusers: includeSuperuser, acceptGlobal } = asked;
  const reading = { includeGroups, includeSuperuser, acceptGlobal };
  const wanted = { verbs: asked.permissions?.map(verbIn) ?? null, reading };
  const byName = (holders: readonly Holder[]) =>
    Object.fromEntries(holders.map(({ name, verbs }) => [name, verbs.map(verb => `${resource.type}:${verb}`)]));
  return {
    principals: byName(principalHolders(look, resource, wanted)),
    groups: byName(groupHolders(look, resource, wanted)),
    everyone: everyoneHolds(look, resource, wanted),
  };
}

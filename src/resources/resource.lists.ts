import { connection } from '../api/connection.js';
import type { View } from '../api/context.js';
import { cursorOf, placeAt, sizeOf, type PageRequest } from '../api/cursor.js';
import { Match } from '../api/enums.js';
import { countResources, listedResources, type ListedResource, type ListQuery } from '../engine/lists.js';
import type { SubjectRef } from '../engine/subject.js';
import { badInput } from '../kernel/errors.js';
import { isStorable } from '../kernel/text.js';
import { requireMayAskAbout, subjectRef } from '../policy/subjects.js';
import { entity } from '../store/rows.js';
import { knownType } from './checks.js';
import { Resource, type ResourcePage } from './resource.entity.js';
import type { ResourcesArgs } from './resource.inputs.js';
import { isViewer, mayReadResource } from './rights.js';

type Asked = Omit<ResourcesArgs, keyof PageRequest>;

/** A page of the resources on which a subject holds something. FORBIDDEN about others, unless the caller may ask. */
export async function resourcePage(view: View, asked: Asked, request: PageRequest): Promise<ResourcePage> {
  const subject = subjectRef('subject', asked.subject, view);
  await requireMayAskAbout(view, subject);
  const query = queryOf(view, asked, subject);
  const name = `resources ${JSON.stringify(query)}`;
  const { limit } = sizeOf(request);
  const after = typeof request.after === 'string' ? idAt(request.after, name) : null;
  const { resources, more, everything } = await listedResources(view.asking, query, { after, limit });
  const nodes = resources.map(row => toResource(view, row));
  if (!isViewer(view, subject)) await maskUnreadable(view, nodes);
  const edges = nodes.map(node => ({ cursor: cursorOf(name, [node.resourceId]), node }));
  return { ...connection(edges, request, more, () => countResources(view.asking, query)), everything };
}

function queryOf({ asking }: View, asked: Asked, subject: SubjectRef): ListQuery {
  const { permissions, type, match, includeGroups, includeSuperuser, acceptGlobal } = asked;
  const parsed = (permissions ?? []).map((text, at) => asking.askedPermission(text, `permissions.${at}`));
  const named = typeof type === 'string' ? knownType(asking.catalogue, 'type', type) : undefined;
  const of = named ?? parsed[0]?.type;
  if (!of) throw badInput('permissions', 'name at least one, or a type');
  const other = parsed.findIndex(one => one.type !== of);
  if (other >= 0) throw badInput(`permissions.${other}`, `must be of the type ${of.name}`);
  return {
    subject,
    type: of.name,
    verbs: [...new Set(parsed.map(({ verb }) => verb))],
    match: match ?? Match.ALL,
    reading: {
      includeGroups: includeGroups ?? true,
      includeSuperuser: includeSuperuser ?? true,
      acceptGlobal: acceptGlobal ?? true,
    },
  };
}

function idAt(cursor: string, name: string): string {
  const [id, ...rest] = placeAt('after', cursor, name);
  if (typeof id !== 'string' || !isStorable(id) || rest.length > 0) throw badInput('after', 'is not a cursor');
  return id;
}

/** Whoever may ask what others hold learns on which resources it is, and of those that it may not read nothing else. */
async function maskUnreadable(view: View, resources: readonly Resource[]): Promise<void> {
  const reads = await Promise.all(resources.map(resource => mayReadResource(view, resource)));
  const unreadable = resources.filter((_, at) => !reads[at]);
  for (const resource of unreadable) Object.assign(resource, { attributes: null, ownerId: null, isMasked: true });
}

/** A resource as the engine has read it on the way. */
const toResource = ({ scope }: View, row: ListedResource): Resource =>
  entity(Resource, {
    ...{ id: row.uid, tenant_id: scope.tenantId, type: row.type, resource_id: row.id, owner_id: row.owner_id },
    ...{ attributes: row.attributes, created_at: row.created_at, modified_at: row.modified_at },
  });

import { sql } from 'kysely';
import { batched } from '../api/batched.js';
import type { View } from '../api/context.js';
import { among, oneOf, type Condition } from '../api/sql.js';
import type { ResourceTypeId } from '../kernel/ids.js';
import { entity } from '../store/rows.js';
import { ResourceType } from './resource-type.entity.js';

/** Types of the catalogue: everybody who is signed in may read them. */
export const resourceTypeLoaders = ({ scope }: View) => {
  const found = async (condition: Condition) => {
    const rows = await scope.query<object>(sql`select t.* from resource_type t where ${condition} order by t.name`);
    return rows.map(row => entity(ResourceType, row));
  };
  return {
    byId: batched<ResourceTypeId, ResourceType>(
      ids => found(among(ids, sql`t.id`)),
      type => type.id,
    ),
    byName: batched<string, ResourceType>(
      names => found(oneOf(names, sql`t.name`)),
      type => type.name,
    ),
    /** All of an application, or all there are. */
    all: (application: string | null | undefined) =>
      found(typeof application === 'string' ? oneOf([application], sql`t.application`) : sql`true`),
  };
};

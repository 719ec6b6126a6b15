import { Entity, PrimaryKey } from '@mikro-orm/decorators/legacy';
import type { GroupId, TenantId } from '../kernel/ids.js';

abstract class GroupTarget {
  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @PrimaryKey({ type: 'uuid' })
  groupId!: GroupId;

  @PrimaryKey({ type: 'uuid' })
  targetId!: GroupId;
}

/** What members of the group create is shared with the target. */
@Entity({ tableName: 'group_auto_share' })
export class GroupAutoShare extends GroupTarget {}

/** Members of the group may share with the target. */
@Entity({ tableName: 'group_can_share' })
export class GroupCanShare extends GroupTarget {}

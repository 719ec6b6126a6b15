import type { Access } from '../engine/access.js';
import type { GroupId } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import { namedGroups } from './group.checks.js';
import { Group } from './group.entity.js';
import { GroupAutoShare, GroupCanShare } from './group-sharing.entity.js';

type Sharing = { autoShareWithIds?: string[] | null; canShareWithIds?: string[] | null };

/** Replaces the groups that a group shares with; absent lists stay. NOT_FOUND naming the id that is unknown. */
export async function changeSharing(tx: Tx, access: Access, groupId: GroupId, input: Sharing): Promise<void> {
  const { autoShareWithIds, canShareWithIds } = input;
  if (autoShareWithIds !== undefined) {
    await replace(
      tx,
      GroupAutoShare,
      groupId,
      await namedGroups(tx, access, 'input.autoShareWithIds', autoShareWithIds ?? []),
    );
  }
  if (canShareWithIds !== undefined) {
    await replace(
      tx,
      GroupCanShare,
      groupId,
      await namedGroups(tx, access, 'input.canShareWithIds', canShareWithIds ?? []),
    );
    await tx.update(Group, { id: groupId }, { sharesWithAny: canShareWithIds === null });
  }
}

async function replace(
  tx: Tx,
  table: typeof GroupAutoShare,
  groupId: GroupId,
  targets: readonly GroupId[],
): Promise<void> {
  await tx.remove(table, { groupId });
  await tx.insert(
    table,
    [...new Set(targets)].map(targetId => ({ groupId, targetId })),
  );
}

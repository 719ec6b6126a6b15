import type { Reason } from '../engine/relation.js';
import type { GroupId } from '../kernel/ids.js';

/** The group that a path leads through; null when it is the subject's own. */
export function groupOf(path: Reason): GroupId | null {
  if (path.kind === 'ROLE') return path.row.groupId;
  return 'groupId' in path ? path.groupId : null;
}

/** A path in words. */
export function inWords(path: Reason): string {
  switch (path.kind) {
    case 'SUPERUSER':
      return 'A superuser passes every check';
    case 'GRANT':
      return path.groupId ? 'A group was granted it on this resource' : 'It was granted on this resource';
    case 'TYPE_GRANT':
      return path.groupId
        ? 'A group was granted it on all resources of the type'
        : 'It was granted on all resources of the type';
    case 'ROLE':
      return `A role of a group gives ${path.row.permission}`;
    case 'OWNER':
      return 'The owner of the resource has it';
    case 'SHARED':
      return path.groupId ? 'The resource is shared with a group' : 'Everybody who sees the resource has it';
    case 'INHERITED':
      return 'It is held on a resource above, from which this one inherits';
  }
}

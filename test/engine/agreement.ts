import type { Asking } from '../../src/engine/asking.js';
import type { Engine } from '../../src/engine/engine.js';
import type { Reason } from '../../src/engine/relation.js';
import { AppError } from '../../src/kernel/errors.js';
import { decide } from '../oracle.js';
import { filtersText } from '../oracle/matching.js';
import { grantText } from '../oracle/stored-resources.js';
import type { StoredWorld } from '../oracle/stored-world.js';
import type { OracleReason, Question, World } from '../oracle/world.js';
import { askingOf, distinct, nameOf, refOf, same, type Way } from './engine-words.js';

/** Puts the questions to the engine in one batch, and throws when it and the oracle do not say the same. */
export async function compareAnswers(engine: Engine, stored: StoredWorld, questions: readonly Question[], way: Way) {
  const asking = await askingOf(engine, stored, way);
  const answers = await Promise.all(questions.map(question => answerOf(asking, stored, question, way)));
  questions.forEach((question, at) => {
    same(
      () => `${JSON.stringify(question)} ${JSON.stringify(way)}`,
      answers[at],
      expectedOf(stored.world, question, way.now),
    );
  });
}

/** What the engine answers, in the words of the oracle. */
async function answerOf(asking: Asking, stored: StoredWorld, question: Question, { byId }: Way): Promise<unknown> {
  const ask = {
    subject: refOf(question.subject, stored, byId),
    permission: question.permission,
    resourceId: question.resourceId ?? null,
    context: question.context ?? null,
  };
  try {
    const answer = await asking.answer(ask, 'permission');
    const reasons = answer.reasons().map(reason => textOfEngine(reason, stored));
    const filterSets = answer.filterSets().map(filtersText);
    return { allowed: answer.allowed, reasons: distinct(reasons), filterSets: distinct(filterSets) };
  } catch (error) {
    if (error instanceof AppError && error.field === 'permission') return { error: error.code };
    throw error;
  }
}

function expectedOf(world: World, question: Question, now: number): unknown {
  const decision = decide(world, question, now);
  if ('error' in decision) return decision;
  const filterSets = decision.filterSets.map(filtersText);
  return {
    allowed: decision.allowed,
    reasons: distinct(decision.reasons.map(textOfOracle)),
    filterSets: distinct(filterSets),
  };
}

/** A reason with all that it names: where it stands, whose it is. */
function textOfEngine(reason: Reason, stored: StoredWorld): string {
  const group = (id: string | null) => id && nameOf(stored.groups, id);
  switch (reason.kind) {
    case 'ROLE': {
      const { groupId, policyId, roleId } = reason.row;
      const policy = policyId && nameOf(stored.policies, policyId);
      return `ROLE ${group(groupId)} ${policy} ${nameOf(stored.roles, roleId)}`;
    }
    case 'GRANT':
    case 'TYPE_GRANT':
      return `${reason.kind} ${nameOf(stored.grants, reason.grantId)} of ${group(reason.groupId)}`;
    case 'INHERITED':
      return `INHERITED ${reason.resource.type} ${reason.resource.id}`;
    default:
      return reason.kind;
  }
}

function textOfOracle(reason: OracleReason): string {
  switch (reason.kind) {
    case 'ROLE':
      return `ROLE ${reason.group} ${reason.policy} ${reason.role}`;
    case 'GRANT':
    case 'TYPE_GRANT': {
      const { to } = reason.grant;
      return `${reason.kind} ${grantText(reason.grant)} of ${'group' in to ? to.group : null}`;
    }
    case 'INHERITED':
      return `INHERITED ${reason.from.type} ${reason.from.id}`;
    default:
      return reason.kind;
  }
}

import type { Question } from './question.js';

// The most questions that `checks` answers.
const MOST = 1000;
// Half of what the body of a request may have, unless Grantry is told otherwise: GRANTRY_BODY_LIMIT.
const LARGEST = 512 * 1024;

/** The questions in as few requests as Grantry accepts. */
export function portionsOf(questions: readonly Question[]): Question[][] {
  const portions: Question[][] = [];
  let bytes = Infinity;
  for (const question of questions) {
    const size = Buffer.byteLength(question.text);
    const last = portions.at(-1);
    if (last && last.length < MOST && bytes + size <= LARGEST) {
      last.push(question);
      bytes += size;
    } else {
      portions.push([question]);
      bytes = size;
    }
  }
  return portions;
}

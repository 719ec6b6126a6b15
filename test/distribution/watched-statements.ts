import { forbiddenStatement } from './forbidden-statement.js';

/** Keeps the text of each statement, and of those that distribution by tenant forbids. */
export function watchStatements() {
  const statements: string[] = [];
  const refused = new Map<string, string>();
  const checked = new Set<string>();
  return {
    statements,
    trace(sql: string): void {
      statements.push(sql);
      if (checked.has(sql)) return;
      checked.add(sql);
      const reason = forbiddenStatement(sql);
      if (reason) refused.set(sql, reason);
    },
    /** Throws with all that was refused. */
    assertAllowed(): void {
      if (refused.size === 0) return;
      const lines = [...refused].map(([sql, reason]) => `- ${reason}\n  ${sql.trim().replace(/\s+/g, ' ')}`);
      throw new Error(`Statements that are forbidden by distribution:\n${lines.join('\n')}`);
    },
  };
}

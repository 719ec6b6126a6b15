import 'reflect-metadata';
import { Command } from 'commander';
import { lastWords } from '../server/last-words.js';
import { migrateCommand } from './migrate.js';
import { seedCommand } from './seed.js';
import { tokenCommand } from './token.js';

const program = new Command('grantry').description('Work on a Grantry database, and for its development');
for (const command of [migrateCommand(), seedCommand(), tokenCommand()]) program.addCommand(command);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${lastWords(error)}\n`);
  process.exitCode = 1;
}

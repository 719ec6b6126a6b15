import { Linter } from 'eslint';
// @ts-expect-error: a part of the lint configuration, which has no types
import { arrow } from '../scripts/arrow.js';

const linter = new Linter({ cwd: '/project', configType: 'flat' });
const refusals = (file: string, imported: string) =>
  linter.verify(`import { a } from '${imported}'; a();`, arrow as Linter.Config[], { filename: `/project/${file}` });
const messageOf = (file: string, imported: string) => refusals(file, imported)[0]?.message;

describe('the import arrow', () => {
  it.each([
    ['src/store/tx.ts', '../kernel/errors.js'],
    ['src/store/migrations.ts', '../../migrations/0001-tenants-roles-and-groups.js'],
    ['src/authn/bearer.ts', '../kernel/errors.js'],
    ['src/policy/policy.commands.ts', '../directory/group.entity.js'],
    ['src/policy/policy.commands.ts', './role.commands.js'],
    ['src/catalogue/seeding/seed-folder.ts', '../permission.commands.js'],
    ['src/server/schema.ts', '../policy/policy.resolver.js'],
    ['src/cli/seed.ts', '../config.js'],
    ['src/cli/seed.ts', '../catalogue/permission.commands.js'],
    ['src/engine/subject.ts', 'kysely'],
  ])('lets %s import %s', (file, imported) => expect(refusals(file, imported)).toEqual([]));

  it.each([
    ['src/kernel/ids.ts', '../store/tx.js', 'kernel may import nothing of ours.'],
    ['src/store/tx.ts', '../engine/subject.js', 'store may import kernel.'],
    ['src/engine/subject.ts', '../directory/group.entity.js', 'engine may import kernel, store.'],
    ['src/authn/bearer.ts', '../engine/subject.js', 'authn may import kernel, store.'],
    ['src/authn/bearer.ts', '../config.js', 'authn may import kernel, store.'],
    [
      'src/catalogue/seeding/seed-folder.ts',
      '../../policy/role.entity.js',
      'catalogue may import kernel, store, engine, api.',
    ],
    [
      'src/policy/role.resolver.ts',
      '../config.js',
      'policy may import kernel, store, engine, api, catalogue, directory.',
    ],
    ['src/policy/role.commands.ts', '../directory/group.commands.js', 'Commands of another room'],
  ])('keeps %s from importing %s', (file, imported, why) => expect(messageOf(file, imported)).toContain(why));
});

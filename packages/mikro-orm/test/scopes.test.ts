import type { MikroORM } from '@mikro-orm/pglite';
import { runAs, unrestricted } from '../src/index.js';
import { Book, closeDatabase, openLibrary, Review, viewer } from './library.js';

let orm: MikroORM;
beforeAll(async () => void (orm = await openLibrary()));
afterAll(() => closeDatabase(orm));

const MIXED = { code: 'MIXED_SCOPES' };
const reader = viewer('1');

describe('an entity manager that holds entities', () => {
  it('is refused to a caller when they were read without restriction', async () => {
    const em = orm.em.fork();
    await unrestricted(() => em.find(Review, {}, { populate: ['book'] }));
    await runAs(reader, async () => {
      await expect(em.find(Review, {})).rejects.toMatchObject(MIXED);
      await expect(em.findOne(Book, 2)).rejects.toMatchObject(MIXED);
      await expect(em.fork({ clear: false }).findOne(Book, 2)).rejects.toMatchObject(MIXED);
      await expect(em.transactional(tx => tx.findOne(Book, 2))).rejects.toMatchObject(MIXED);
      expect(await em.fork().findOne(Book, 2)).toBeNull();
      em.clear();
      expect(await em.findOne(Book, 2)).toBeNull();
    });
  });

  it('is refused to another caller, and to nobody', async () => {
    const em = orm.em.fork();
    await runAs(reader, () => em.find(Book, {}));
    await runAs(reader, () => expect(em.find(Book, {})).rejects.toMatchObject(MIXED));
    await expect(em.findOne(Book, 1)).rejects.toMatchObject(MIXED);
  });

  it('goes from nobody to a caller', async () => {
    const em = orm.em.fork();
    expect(await em.find(Review, {})).toHaveLength(5);
    expect(await runAs(reader, () => em.find(Book, {}))).toHaveLength(1);
  });

  it('is refused after unrestricted work in a transaction of its own', async () => {
    const em = orm.em.fork();
    await runAs(reader, async () => {
      await em.find(Book, {});
      await unrestricted(() => em.transactional(tx => tx.find(Book, {})));
      await expect(em.findOne(Book, 2)).rejects.toMatchObject(MIXED);
    });
  });

  it('may go back after unrestricted counts', async () => {
    const em = orm.em.fork();
    await runAs(reader, async () => {
      expect(await unrestricted(() => em.count(Book))).toBe(4);
      expect(await em.count(Book)).toBe(1);
    });
  });
});

describe('a scope', () => {
  it('keeps concurrent callers apart', async () => {
    const titles = await Promise.all(
      ['1', '2', '3', '4'].map(id => runAs(viewer(id), () => orm.em.fork().find(Book, {}))),
    );
    expect(titles.flat().map(({ title }) => title)).toEqual(['Ants', 'Bees', 'Cats', 'Dogs']);
  });

  it('restricts again inside unrestricted work', async () => {
    const found = await unrestricted(() => runAs(reader, () => orm.em.fork().find(Book, {})));
    expect(found).toHaveLength(1);
  });

  it('does not reach rows that are awaited after it', async () => {
    const builder = unrestricted(() => orm.em.fork().qb(Book));
    await expect(builder.getResultList()).rejects.toMatchObject({ code: 'NOT_FILTERED' });
  });
});

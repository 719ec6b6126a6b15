import { Entity, ManyToOne, PrimaryKey, Property, ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { EntityManager, EntitySchema, MikroORM, type Rel } from '@mikro-orm/pglite';
import { grantry, protect, runAs, unprotected, viewable, type GrantryOptions } from '../src/index.js';
import { Author, Book, BOOKS, closeDatabase, ENTITIES, openDatabase, openLibrary, Review, viewer } from './library.js';

@Entity({ discriminatorColumn: 'kind', discriminatorValue: 'paper' })
class Paper {
  @PrimaryKey({ type: 'integer' }) id!: number;
}
@Entity({ discriminatorValue: 'map' })
class CityMap extends Paper {
  @Property({ type: 'string', nullable: true }) city?: string | null;
}
@Entity()
class Pair {
  @PrimaryKey({ type: 'integer' }) left!: number;
  @PrimaryKey({ type: 'integer' }) right!: number;
  @Property({ type: 'json' }) both!: unknown;
}
@Entity()
class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToOne({ entity: () => [Author, Paper], nullable: true }) on?: Rel<Author> | Rel<Paper> | null;
}
class Stranger {
  id!: number;
}

const all = [...ENTITIES, Paper, CityMap, Pair, Tag];
const start = (options: GrantryOptions, more: object = {}) =>
  MikroORM.init({
    entities: all,
    metadataProvider: ReflectMetadataProvider,
    extensions: [grantry(options)],
    ...more,
  });

describe('starting', () => {
  it.each<[string, () => GrantryOptions, string]>([
    ['a type that is none', () => ({ entities: [protect(Book, { type: 'book' })] }), 'no resource type'],
    ['a verb that is none', () => ({ entities: [protect(Book, { type: 'a:b', verb: '*' })] }), 'no verb'],
    ['an entity twice', () => ({ entities: [BOOKS, BOOKS] }), 'twice'],
    ['an unknown entity', () => ({ entities: [protect(Stranger, { type: 'a:b' })] }), 'no entity'],
    ['a child of an entity', () => ({ entities: [protect(CityMap, { type: 'a:b' })] }), 'decide on that one'],
    ['several keys', () => ({ entities: [protect(Pair, { type: 'a:b' })] }), 'name the property'],
    ['a property that is no id', () => ({ entities: [protect(Pair, { type: 'a:b', id: 'both' })] }), 'cannot be'],
    ['an unknown property', () => ({ entities: [protect(Book, { type: 'a:b', id: 'no' as never })] }), 'cannot be'],
    ['a relation as id', () => ({ entities: [protect(Book, { type: 'a:b', id: 'author' })] }), 'cannot be'],
    ['a relation to several', () => ({ entities: [protect(Paper, { type: 'a:b' })] }), 'points to several'],
    ['an undecided entity', () => ({ entities: [BOOKS], everyEntity: true }), 'neither protected nor unprotected'],
  ])('is refused with %s', async (_name, options, message) => {
    await expect((async () => start(options()))()).rejects.toThrow(message);
  });

  it('is refused when references could not be filtered', async () => {
    for (const name of ['filtersOnRelations', 'autoJoinRefsForFilters'])
      await expect(start({ entities: [BOOKS] }, { [name]: false })).rejects.toThrow('must not be false');
  });

  it('works when all entities are decided on, with an entity manager of the application', async () => {
    class Own extends EntityManager {}
    const decided = all.filter(one => one !== Book && one !== CityMap);
    const entities = [BOOKS, ...decided.map(one => unprotected(one))];
    const orm = await start({ entities, everyEntity: true }, { entityManager: Own });
    expect(orm.em.fork()).toBeInstanceOf(Own);
    await orm.close();
  });
});

describe('a protected entity that is not filtered automatically', () => {
  it('is read as it is, and has a condition', async () => {
    const orm = await openLibrary([protect(Book, { type: 'library:book', automatic: false })]);
    await runAs(viewer('2'), async () => {
      const em = orm.em.fork();
      expect(await em.count(Book)).toBe(4);
      expect(await em.find(Book, await viewable(em, Book))).toMatchObject([{ title: 'Bees' }]);
      await expect(viewable(em, Author)).rejects.toThrow('not protected');
    });
    expect(await orm.em.fork().count(Book, await viewable(orm.em, Book))).toBe(0);
    await closeDatabase(orm);
  });
});

describe('a resource id in another property', () => {
  it('filters references and conditions', async () => {
    const orm = await openLibrary([protect(Book, { type: 'library:book', id: 'isbn' })]);
    await runAs(viewer('isbn-1', '2'), async () => {
      const em = orm.em.fork();
      expect((await em.find(Book, {})).map(({ id }) => id)).toEqual([1]);
      const reviews = await em.find(Review, {}, { orderBy: { id: 1 } });
      expect(reviews.map(({ book }) => book?.id ?? null)).toEqual([1, null, null, null, null]);
      expect(await em.count(Review, { book: 2 })).toBe(0);
      expect(await em.count(Review, { book: { isbn: 'isbn-2' } })).toBe(0);
      expect(await em.count(Review, { book: null })).toBe(4);
      expect(await em.count(Review, { $not: { book: 1 } })).toBe(0);
      expect(await em.count(Author, { books: { title: 'Bees' } })).toBe(0);
    });
    await closeDatabase(orm);
  });
});

describe('resource ids', () => {
  const uuid = '0b2f7f0e-6f4e-4a37-8f0c-0c1f3f0d8a11';
  const odd = ['', ' 1', '01', '1.0', '1e0', '+1', '-0', 'one', '99999999999', '9223372036854775808', '1; drop', "'"];
  const values = { integer: 1, bigint: '9007199254740993', smallint: -7, uuid, text: "o'hara", string: 'Straße' };
  const kinds = Object.entries(values).map(([kind, value]) => {
    const entity = new EntitySchema<{ no: number; key: unknown }>({
      name: `Kind${kind}`,
      properties: { no: { type: 'integer', primary: true }, key: { type: kind as 'text' } },
    });
    return { kind, value, entity };
  });
  let orm: MikroORM;
  beforeAll(async () => {
    const entities = kinds.map(({ kind, entity }) => protect(entity, { type: `a:${kind}`, id: 'key' }));
    orm = await openDatabase({ entities: kinds.map(({ entity }) => entity), extensions: [grantry({ entities })] });
  });
  afterAll(() => closeDatabase(orm));

  it.each(kinds)('are compared with $kind, and what cannot be one is ignored', async ({ value, entity }) => {
    await orm.em.fork().insert(entity, { no: 1, key: value });
    const seen = (ids: readonly string[]) => runAs(viewer(...ids), () => orm.em.fork().count(entity));
    expect(await seen([...odd, uuid.toUpperCase()])).toBe(0);
    expect(await seen([...odd, String(value)])).toBe(1);
    const many = Array.from({ length: 600 }, (_, at) => String(at + 100));
    expect(await seen([...many, ...odd])).toBe(0);
    expect(await seen([...many, ...odd, String(value)])).toBe(1);
  });
});

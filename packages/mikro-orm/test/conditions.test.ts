import type { MikroORM } from '@mikro-orm/pglite';
import { runAs, unrestricted, viewable } from '../src/index.js';
import { Author, Book, closeDatabase, Loan, openLibrary, Review, Shelf, viewer } from './library.js';

let orm: MikroORM;
beforeAll(async () => void (orm = await openLibrary()));
afterAll(() => closeDatabase(orm));

const reader = () => viewer('1', '3');
const ids = (rows: readonly { readonly id: number }[]) => rows.map(({ id }) => id).sort();
const as = <T>(work: (em: MikroORM['em']) => Promise<T>) => runAs(reader(), () => work(orm.em.fork()));

describe('a condition across a relation', () => {
  const found = (where: object, entity: new () => { id: number } = Review) =>
    as(async em => {
      const rows = ids(await em.find(entity as never, where as never));
      expect(await em.count(entity as never, where as never)).toBe(rows.length);
      return rows;
    });

  it.each<[object, number[]]>([
    [{ book: { title: 'Bees' } }, []],
    [{ book: { title: 'Ants' } }, [1]],
    [{ book: { title: { $ne: 'Bees' } } }, [1, 3]],
    [{ $not: { book: { title: 'Ants' } } }, [3]],
    [{ $not: { book: { title: 'Bees' } } }, [1, 3]],
    [{ book: 2 }, []],
    [{ book: 1 }, [1]],
    [{ book: { id: 2 } }, []],
    [{ book: [1, 2] }, [1]],
    [{ book: { $in: [2, 3] } }, [3]],
    [{ book: { $ne: 2 } }, [1, 3]],
    [{ $not: { book: 2 } }, [1, 3]],
    [{ $not: { book: null } }, [1, 3]],
    [{ $not: { book: { $ne: null } } }, [2, 4, 5]],
    [{ $not: { book: { title: { $ne: null } } } }, []],
    [{ $not: { book: 2, text: 'on Dogs' } }, [1, 2, 3, 5]],
    [{ $not: { $not: { book: 2 } } }, []],
    [{ book: null }, [2, 4, 5]],
    [{ book: { $ne: null } }, [1, 3]],
    [{ $or: [{ book: 2 }, { book: 3 }, { text: 'on nothing' }] }, [3, 5]],
    [{ book: { author: { books: { title: 'Dogs' } } } }, []],
    [{ book: { author: { books: { title: 'Cats' } } } }, [3]],
    [{ book: { shelves: { label: 'dogs' } } }, []],
  ])('finds of the reviews with %j only %j', async (where, expected) => {
    expect(await found(where)).toEqual(expected);
  });

  it.each<[object, number[]]>([
    [{ books: { title: 'Bees' } }, []],
    [{ books: { title: 'Cats' } }, [2]],
    [{ books: 2 }, []],
    [{ books: [2, 3] }, [2]],
    [{ books: { $some: { title: 'Bees' } } }, []],
    [{ books: { $some: { title: 'Ants' } } }, [1]],
    [{ books: { $none: { title: 'Bees' } } }, [1, 2]],
    [{ books: { $none: { title: 'Ants' } } }, [2]],
    [{ books: { $every: { title: 'Ants' } } }, [1]],
    [{ books: { $every: { title: { $in: ['Ants', 'Cats'] } } } }, [1, 2]],
    [{ books: { reviews: { text: 'on Bees' } } }, []],
    [{ books: { $all: [{ title: 'Ants' }, { title: 'Bees' }] } }, []],
  ])('finds of the authors with %j only %j', async (where, expected) => {
    expect(await found(where, Author)).toEqual(expected);
  });

  it.each<[object, number[]]>([
    [{ books: 4 }, []],
    [{ books: 3 }, [1]],
    [{ books: { title: 'Dogs' } }, []],
    [{ books: { $some: { title: 'Dogs' } } }, []],
    [{ books: { $none: {} } }, [2]],
    [{ books: { $in: [4, 3] } }, [1]],
  ])('finds of the shelves with %j only %j', async (where, expected) => {
    expect(await found(where, Shelf)).toEqual(expected);
  });

  it('takes an entity or a reference', async () => {
    await as(async em => {
      const hidden = em.getReference(Book, 2);
      expect(ids(await em.find(Review, { book: hidden }))).toEqual([]);
      expect(ids(await em.find(Review, { book: em.getReference(Book, 1, { wrapped: true }) as never }))).toEqual([1]);
    });
  });

  it('counts by what it may', async () => {
    await as(async em => {
      expect(await em.countBy(Review, 'text', { where: { book: { title: 'Bees' } } })).toEqual({});
      await expect(em.countBy(Review, 'book')).rejects.toMatchObject({ code: 'NOT_FILTERED' });
    });
  });

  it('does not choose what is populated by what is hidden', async () => {
    // A loan of a visible book, with a review of a hidden one.
    await unrestricted(() => orm.em.fork().insert(Loan, { id: 9, book: 1, review: 2 }));
    const populated = (book: object | number, strategy: 'joined' | 'select-in') =>
      as(async em => {
        const options = { populate: ['review'], populateWhere: { review: { book } }, strategy } as const;
        return (await em.find(Loan, { id: 9 }, options as never)).map(({ review }) => (review as Review | null)?.text);
      });
    for (const strategy of ['joined', 'select-in'] as const)
      for (const hidden of [2, { title: 'Bees' }, { author: { books: { title: 'Bees' } } }])
        expect(await populated(hidden, strategy)).toEqual(await populated({ title: 'there is none' }, strategy));
    await unrestricted(() => orm.em.fork().nativeDelete(Loan, { id: 9 }));
  });

  it('is refused for the size of a collection', async () => {
    await as(async em => {
      await expect(em.find(Author, { books: { $size: 2 } })).rejects.toMatchObject({ code: 'NOT_FILTERED' });
    });
  });
});

// The embedded database has no streams.
(process.env.GRANTRY_TEST_DATABASE_URL ? describe : describe.skip)('a stream', () => {
  const all = async <T>(stream: AsyncIterable<T>) => {
    const rows: T[] = [];
    for await (const row of stream) rows.push(row);
    return rows;
  };

  it('has what the caller may view, also along relations', async () => {
    await as(async em => {
      expect(ids(await all(em.stream(Book)))).toEqual([1, 3]);
      const reviews = await all(em.stream(Review, { orderBy: { id: 1 }, filters: false }));
      expect(reviews.map(({ book }) => book?.id ?? null)).toEqual([1, null, 3, null, null]);
      const populated = await all(em.stream(Review, { orderBy: { id: 1 }, populate: ['book'] }));
      expect(populated.map(({ book }) => book?.title ?? null)).toEqual(['Ants', null, 'Cats', null, null]);
      expect(ids(await all(em.stream(Loan)))).toEqual([1, 3]);
      const authors = await all(em.stream(Author, { populate: ['books'], orderBy: { id: 1 } }));
      expect(authors.map(({ books }) => ids(books.getItems()))).toEqual([[1], [3]]);
      expect(await all(em.stream(Review, { where: { book: { title: 'Bees' } } }))).toEqual([]);
    });
    expect(await all(orm.em.fork().stream(Book))).toEqual([]);
  });
});

describe('an order across a relation', () => {
  it('does not tell where hidden rows would stand', async () => {
    await as(async em => {
      const reviews = await em.find(Review, {}, { orderBy: [{ book: { title: 'desc nulls last' } }, { id: 1 }] });
      expect(reviews.map(({ id }) => id)).toEqual([3, 1, 2, 4, 5]);
    });
  });

  it('is refused where it cannot be filtered', async () => {
    await as(async em => {
      const refused = { code: 'NOT_FILTERED' };
      await expect(em.find(Review, {}, { orderBy: { book: 1 } })).rejects.toMatchObject(refused);
      await expect(em.find(Review, {}, { orderBy: { book: { id: 1 } } })).rejects.toMatchObject(refused);
      await expect(em.find(Author, {}, { orderBy: { books: { title: 1 } } })).rejects.toMatchObject(refused);
      await expect(em.find(Loan, {}, { orderBy: { review: { book: { title: 1 } } } })).rejects.toMatchObject(refused);
      expect(await em.find(Book, {}, { orderBy: { author: { name: 1 } } })).toHaveLength(2);
    });
  });
});

describe('a query builder', () => {
  it('is refused over a protected entity, also joined, and works without restriction', async () => {
    await as(async em => {
      const refused = { code: 'NOT_FILTERED' };
      await expect(em.createQueryBuilder(Book).getResultList()).rejects.toMatchObject(refused);
      await expect(em.qb(Review, 'r').leftJoinAndSelect('r.book', 'b').getResultList()).rejects.toMatchObject(refused);
      await expect(
        em
          .qb(Review, 'r')
          .where({ book: { title: 'Bees' } })
          .execute(),
      ).rejects.toMatchObject(refused);
      await expect(em.qb(Book).clone().getCount()).rejects.toMatchObject(refused);
      await expect(em.qb(Review).getResultList()).rejects.toMatchObject(refused);
      expect(() => em.qb(Book).getQuery()).toThrow('not filtered');
      expect(await em.qb(Shelf).where({ label: 'dogs' }).getCount()).toBe(1);
      const where = await viewable(em, Book);
      expect(ids(await unrestricted(() => em.fork().qb(Book).where(where).getResultList()))).toEqual([1, 3]);
    });
  });
});

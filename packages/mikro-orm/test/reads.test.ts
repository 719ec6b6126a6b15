import type { MikroORM } from '@mikro-orm/pglite';
import { runAs, unrestricted } from '../src/index.js';
import {
  Author,
  Book,
  closeDatabase,
  Cover,
  fakeGrantry,
  Loan,
  openLibrary,
  Review,
  Shelf,
  viewer,
} from './library.js';

let orm: MikroORM;
beforeAll(async () => void (orm = await openLibrary()));
afterAll(() => closeDatabase(orm));

const reader = () => viewer('1', '3');
const ids = (rows: readonly { readonly id: number }[]) => rows.map(({ id }) => id).sort();
const as = <T>(work: (em: MikroORM['em']) => Promise<T>) => runAs(reader(), () => work(orm.em.fork()));

describe('reading a protected entity', () => {
  it('finds and counts what the caller may view', async () => {
    await as(async em => {
      expect(ids(await em.find(Book, {}))).toEqual([1, 3]);
      expect(ids(await em.findAll(Book))).toEqual([1, 3]);
      expect(await em.count(Book)).toBe(2);
      expect((await em.findAndCount(Book, {}, { limit: 1 }))[1]).toBe(2);
      expect((await em.findByCursor(Book, { first: 1, orderBy: { id: 'asc' } })).totalCount).toBe(2);
      expect(await em.countBy(Book, 'author')).toEqual({ 1: 1, 2: 1 });
      expect(ids(await em.getRepository(Book).findAll())).toEqual([1, 3]);
    });
  });

  it('answers a hidden row like one that does not exist', async () => {
    await as(async em => {
      expect(await em.findOne(Book, 2)).toBeNull();
      expect(await em.findOne(Book, { title: 'Bees' })).toBeNull();
      await expect(em.findOneOrFail(Book, 2)).rejects.toThrow('not found');
      expect((await em.findOne(Book, 1))?.title).toBe('Ants');
      expect(ids(await em.find(Book, { $or: [{ id: 2 }, { id: 3 }] }))).toEqual([3]);
      expect(ids(await em.find(Book, { $not: { id: 1 } }))).toEqual([3]);
    });
  });

  it('leaves a reference to a hidden row unloaded, and cannot refresh one', async () => {
    await as(async em => {
      const reference = em.getReference(Book, 2, { wrapped: true });
      expect(await reference.load()).toBeNull();
      expect(await em.refresh(em.getReference(Book, 4))).toBeNull();
    });
  });

  it('changes and deletes natively only what the caller may view', async () => {
    const em = orm.em.fork();
    await em.begin();
    await runAs(reader(), async () => {
      expect(await em.nativeUpdate(Book, {}, { title: 'x' })).toBe(2);
      expect(await em.nativeDelete(Loan, { book: { title: 'Bees' } })).toBe(0);
      expect(await em.nativeDelete(Loan, { book: 2 })).toBe(0);
      expect(await em.nativeUpdate(Review, { book: { title: 'Bees' } }, { text: 'x' })).toBe(0);
      expect(await em.nativeUpdate(Review, { book: null }, { text: 'y' })).toBe(3);
    });
    await em.rollback();
  });

  it('returns everything where Grantry says everything', async () => {
    const { ask, asked } = fakeGrantry('everything');
    await runAs({ ask }, async () => expect(await orm.em.fork().count(Book)).toBe(4));
    expect(asked).toHaveLength(1);
  });

  it('returns nothing when nobody asks', async () => {
    const em = orm.em.fork();
    expect(await em.find(Book, {})).toEqual([]);
    expect(await em.count(Book)).toBe(0);
    expect(await em.findOne(Book, 1)).toBeNull();
    expect((await em.find(Review, {}, { populate: ['book'] })).map(({ book }) => book)).toEqual(Array(5).fill(null));
  });

  it('returns everything in unrestricted work, and the caller is back afterwards', async () => {
    await as(async em => {
      expect(await unrestricted(() => em.fork().count(Book))).toBe(4);
      expect(await em.count(Book)).toBe(2);
    });
  });

  it.each([[false], [{ inPrint: false }], [['inPrint']], [{ Book: false, grantry: false }]])(
    'is filtered with filters: %j',
    async filters => {
      await as(async em => {
        const found = await em.find(Book, {}, { filters: filters as never });
        expect(ids(found)).toEqual([1, 3]);
        expect(await em.count(Book, {}, { filters: filters as never })).toBe(2);
        const reviews = await em.find(Review, {}, { filters: filters as never, orderBy: { id: 1 } });
        expect(reviews.map(({ book }) => book?.id)).toEqual([1, undefined, 3, undefined, undefined]);
        const populated = await em.find(Author, {}, { filters: filters as never, populate: ['books'] });
        expect(populated.flatMap(({ books }) => ids(books.getItems()))).toEqual([1, 3]);
      });
    },
  );

  it('still applies other filters, and disables them when told', async () => {
    await runAs(viewer('1', '2'), async () => {
      expect(ids(await orm.em.fork().find(Book, {}, { filters: ['inPrint'] }))).toEqual([1]);
    });
  });

  it('does not share cached results between callers', async () => {
    await as(async em => expect(await em.find(Book, {}, { cache: ['books', 10_000] })).toHaveLength(2));
    await runAs(viewer('4'), async () =>
      expect(ids(await orm.em.fork().find(Book, {}, { cache: ['books', 10_000] }))).toEqual([4]),
    );
  });
});

describe.each(['joined', 'select-in', 'balanced'] as const)('populating %s', strategy => {
  it('shows the readable part of a collection', async () => {
    await as(async em => {
      const authors = await em.find(Author, {}, { populate: ['books'], strategy, orderBy: { id: 1 } });
      expect(authors.map(({ books }) => ids(books.getItems()))).toEqual([[1], [3]]);
    });
    await as(async em => {
      const shelves = await em.find(Shelf, {}, { populate: ['books'], strategy, orderBy: { id: 1 } });
      expect(shelves.map(({ books }) => ids(books.getItems()))).toEqual([[1, 3], []]);
    });
    await as(async em => {
      const shelves = await em.find(Shelf, {}, { populate: ['books:ref'], strategy, orderBy: { id: 1 } });
      expect(shelves.map(({ books }) => ids(books.getItems()))).toEqual([[1, 3], []]);
    });
    await as(async em => {
      const authors = await em.find(Author, {}, { populate: ['books:ref'], strategy, orderBy: { id: 1 } });
      expect(authors.map(({ books }) => ids(books.getItems()))).toEqual([[1], [3]]);
    });
  });

  it('has null where a hidden row is referred to', async () => {
    const visible = [1, null, 3, null, null];
    for (const populate of [['book'], ['book.author'], [], ['*']] as const)
      await as(async em => {
        const reviews = await em.find(Review, {}, { populate: populate as never, strategy, orderBy: { id: 1 } });
        expect(reviews.map(({ book }) => book?.id ?? null)).toEqual(visible);
      });
  });

  it('leaves out a row that cannot be without its hidden one', async () => {
    for (const populate of [['book'], []] as const)
      await as(async em => {
        expect(ids(await em.find(Loan, {}, { populate: populate as never, strategy }))).toEqual([1, 3]);
        expect(await em.count(Loan)).toBe(2);
        expect(await em.findOne(Loan, 2, { populate: populate as never, strategy })).toBeNull();
      });
  });

  it('goes on beyond a visible row and not through a hidden one', async () => {
    await as(async em => {
      const covers = await em.find(Cover, {}, { populate: ['book.author.books'], strategy, orderBy: { id: 1 } });
      expect(covers.map(({ book }) => book && ids(book.author.books.getItems()))).toEqual([[1], null, [3], null]);
    });
    await as(async em => {
      const loans = await em.find(Loan, {}, { populate: ['review.book'], strategy, orderBy: { id: 1 } });
      expect(loans.map(({ review }) => review?.book?.id)).toEqual([1, 3]);
    });
  });

  it.each([['*'], ['id', 'book'], ['id', 'book.title'], ['book.*']])(
    'is filtered with the fields %s %s',
    async (...fields) => {
      await as(async em => {
        const reviews = await em.find(
          Review,
          {},
          { fields: fields.filter(Boolean) as never, strategy, orderBy: { id: 1 } },
        );
        const shown = reviews.map(review => (review as Review).book?.id ?? null);
        expect(shown).toEqual([1, null, 3, null, null]);
      });
    },
  );
});

describe('loading along relations later', () => {
  it('shows the readable part of a collection and its count', async () => {
    await as(async em => {
      const author = await em.findOneOrFail(Author, 1);
      expect(await author.books.loadCount()).toBe(1);
      expect(ids(await author.books.matching({ where: { title: { $ne: 'x' } } }))).toEqual([1]);
      expect(ids(await author.books.loadItems())).toEqual([1]);
      const shelf = await em.findOneOrFail(Shelf, 1);
      expect(await shelf.books.loadCount()).toBe(2);
      expect(ids(await shelf.books.matching({ where: {} }))).toEqual([1, 3]);
      expect(ids((await shelf.books.init({ filters: false })).getItems())).toEqual([1, 3]);
    });
  });

  it('is filtered with the data loaders of MikroORM', async () => {
    await as(async em => {
      const [ada, ben] = await em.find(Author, {}, { orderBy: { id: 1 } });
      const loaded = await Promise.all([ada!, ben!].map(one => one.books.load({ dataloader: true })));
      expect(loaded.map(books => ids(books.getItems()))).toEqual([[1], [3]]);
      const counts = await Promise.all(
        [ada!, ben!].map(one => one.books.loadCount({ dataloader: true, refresh: true })),
      );
      expect(counts).toEqual([1, 1]);
      const shelves = await em.find(Shelf, {}, { orderBy: { id: 1 } });
      const held = await Promise.all(shelves.map(one => one.books.load({ dataloader: true })));
      expect(held.map(books => ids(books.getItems()))).toEqual([[1, 3], []]);
    });
  });

  it('populates what is held already with what the caller may view', async () => {
    await as(async em => {
      const reviews = await em.find(Review, {}, { orderBy: { id: 1 } });
      await em.populate(reviews, ['book'], { filters: false });
      expect(reviews.map(({ book }) => book?.title ?? null)).toEqual(['Ants', null, 'Cats', null, null]);
    });
  });

  it('does not write the missing reference back', async () => {
    await as(async em => {
      const review = await em.findOneOrFail(Review, 2);
      expect(review.book).toBeNull();
      review.text = 'changed';
      await em.flush();
    });
    const kept = await unrestricted(() => orm.em.fork().findOneOrFail(Review, 2));
    expect(kept).toMatchObject({ text: 'changed', book: { id: 2 } });
  });

  it('has the inverse side of a hidden row', async () => {
    await as(async em => {
      const books = await em.find(Book, {}, { populate: ['cover', 'reviews', 'shelves'], orderBy: { id: 1 } });
      expect(books.map(({ cover, reviews }) => [cover?.id, ids(reviews.getItems())])).toEqual([
        [1, [1]],
        [3, [3]],
      ]);
    });
  });
});

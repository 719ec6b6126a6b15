import { randomUUID } from 'node:crypto';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Collection, MikroORM, PgliteDriver, type EntityManager, type Options, type Rel } from '@mikro-orm/pglite';
import {
  Entity,
  Filter,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryKey,
  Property,
  ReflectMetadataProvider,
} from '@mikro-orm/decorators/legacy';
import { grantry, protect, unrestricted, type Ask, type Protection } from '../src/index.js';

@Entity()
export class Author {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Property({ type: 'string' }) name!: string;
  @OneToMany({ entity: () => Book, mappedBy: 'author' }) books = new Collection<Book>(this);
}

@Entity()
@Filter({ name: 'inPrint', cond: { outOfPrint: false }, default: false })
export class Book {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Property({ type: 'string' }) title!: string;
  @Property({ type: 'string' }) isbn!: string;
  @Property({ type: 'boolean', default: false }) outOfPrint: boolean = false;
  @ManyToOne({ entity: () => Author }) author!: Rel<Author>;
  @OneToMany({ entity: () => Review, mappedBy: 'book' }) reviews = new Collection<Review>(this);
  @ManyToMany({ entity: () => Shelf, mappedBy: 'books' }) shelves = new Collection<Shelf>(this);
  @OneToOne({ entity: () => Cover, mappedBy: 'book' }) cover?: Rel<Cover> | null;
}

@Entity()
export class Cover {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Property({ type: 'string' }) colour!: string;
  @OneToOne({ entity: () => Book, nullable: true }) book?: Rel<Book> | null;
}

@Entity()
export class Review {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Property({ type: 'string' }) text!: string;
  @ManyToOne({ entity: () => Book, nullable: true }) book?: Rel<Book> | null;
}

/** A loan cannot be without a book. */
@Entity()
export class Loan {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToOne({ entity: () => Book }) book!: Rel<Book>;
  @ManyToOne({ entity: () => Review, nullable: true }) review?: Rel<Review> | null;
}

@Entity()
export class Shelf {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Property({ type: 'string' }) label!: string;
  @ManyToMany({ entity: () => Book, inversedBy: 'shelves', owner: true }) books = new Collection<Book>(this);
}

export const ENTITIES = [Author, Book, Cover, Review, Loan, Shelf];
export const BOOKS = protect(Book, { type: 'library:book' });

/** Opens an empty database: in memory, or on the PostgreSQL that GRANTRY_TEST_DATABASE_URL names. */
export async function openDatabase(options: Options): Promise<MikroORM> {
  const server = process.env.GRANTRY_TEST_DATABASE_URL;
  const dbName = server ? `grantry_test_${randomUUID().replaceAll('-', '')}` : 'memory://';
  const place = server
    ? { driver: PostgreSqlDriver as never, clientUrl: server, dbName }
    : { driver: PgliteDriver, dbName };
  const orm = await MikroORM.init({ metadataProvider: ReflectMetadataProvider, ...place, ...options });
  if (server) await orm.schema.ensureDatabase();
  await orm.schema.create();
  return orm;
}

/** Closes the database and, if it is on a server, removes it. */
export async function closeDatabase(orm: MikroORM | undefined): Promise<void> {
  if (process.env.GRANTRY_TEST_DATABASE_URL) await orm?.schema.dropDatabase();
  await orm?.close();
}

/** Opens a database with two authors and four books. */
export async function openLibrary(entities: readonly Protection[] = [BOOKS]): Promise<MikroORM> {
  const orm = await openDatabase({ entities: ENTITIES, extensions: [grantry({ entities })] });
  await unrestricted(() => fill(orm.em.fork()));
  return orm;
}

/** Books 1 and 2 are by Ada, 3 and 4 by Ben; review, loan and cover n are of book n; review 5 is of none. */
async function fill(em: EntityManager): Promise<void> {
  const authors = ['Ada', 'Ben'].map((name, at) => em.create(Author, { id: at + 1, name }));
  const titles = ['Ants', 'Bees', 'Cats', 'Dogs'];
  const books = titles.map((title, at) =>
    em.create(Book, {
      id: at + 1,
      title,
      isbn: `isbn-${at + 1}`,
      author: authors[at < 2 ? 0 : 1]!,
      outOfPrint: at === 1,
    }),
  );
  for (const book of books) {
    const review = em.create(Review, { id: book.id, text: `on ${book.title}`, book });
    em.create(Loan, { id: book.id, book, review });
    em.create(Cover, { id: book.id, colour: 'red', book });
  }
  em.create(Review, { id: 5, text: 'on nothing' });
  em.create(Shelf, { id: 1, label: 'all', books });
  em.create(Shelf, { id: 2, label: 'dogs', books: [books[3]!] });
  await em.flush();
}

export type Question = { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };

/** A Grantry that lets see these resources, and what it was asked. */
export function fakeGrantry(ids: readonly string[] | 'everything') {
  const asked: Question[] = [];
  const ask: Ask = async (query, variables) => {
    asked.push({ query, variables });
    const everything = ids === 'everything';
    const nodes = everything ? [] : ids.map(resourceId => ({ resourceId }));
    return { resources: { everything, nodes, pageInfo: { hasNextPage: false, endCursor: null } } };
  };
  return { ask, asked };
}

/** A caller who may view these. */
export const viewer = (...ids: readonly string[]) => ({ ask: fakeGrantry(ids).ask });

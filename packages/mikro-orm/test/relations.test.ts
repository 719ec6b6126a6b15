import { Collection, type MikroORM, type Rel } from '@mikro-orm/pglite';
import {
  Embeddable,
  Embedded,
  Entity,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryKey,
  Property,
} from '@mikro-orm/decorators/legacy';
import { grantry, protect, runAs, unrestricted } from '../src/index.js';
import { closeDatabase, openDatabase, viewer } from './library.js';

@Entity()
class Folder {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Property({ type: 'string' }) title!: string;
  @ManyToOne({ entity: () => Folder, nullable: true }) parent?: Rel<Folder> | null;
  @OneToMany({ entity: () => Folder, mappedBy: 'parent' }) children = new Collection<Folder>(this);
}
@Entity()
class Letter {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @OneToOne({ entity: () => Seal, mappedBy: 'letter' }) seal?: Rel<Seal> | null;
}
@Entity()
class Seal {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @OneToOne({ entity: () => Letter, nullable: true }) letter?: Rel<Letter> | null;
}
@Embeddable()
class Place {
  @Property({ type: 'string' }) street!: string;
  @ManyToOne({ entity: () => Folder, nullable: true }) folder?: Rel<Folder> | null;
}
@Entity()
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToOne({ entity: () => Folder, mapToPk: true, nullable: true }) folder?: number | null;
  @Embedded({ entity: () => Place, nullable: true }) place?: Place | null;
}

let orm: MikroORM;
beforeAll(async () => {
  const protections = [protect(Folder, { type: 'office:folder' }), protect(Seal, { type: 'office:seal' })];
  const extensions = [grantry({ entities: protections })];
  orm = await openDatabase({ entities: [Folder, Letter, Seal, Note], extensions });
  await unrestricted(() => fill(orm.em.fork()));
});
afterAll(() => closeDatabase(orm));

/** Folder 1 has 2 and 4, folder 2 has 3; note, letter and seal n go together, notes 1 and 2 are in folders 1 and 2. */
async function fill(em: MikroORM['em']): Promise<void> {
  const one = em.create(Folder, { id: 1, title: 'one' });
  const two = em.create(Folder, { id: 2, title: 'two', parent: one });
  em.create(Folder, { id: 3, title: 'three', parent: two });
  em.create(Folder, { id: 4, title: 'four', parent: one });
  await em.flush();
  for (const id of [1, 2]) {
    em.create(Note, { id, folder: id, place: { street: 'High Street', folder: id } });
    em.create(Seal, { id, letter: em.create(Letter, { id }) });
  }
  await em.flush();
}

const STRATEGIES = ['joined', 'select-in'] as const;
/** Folder 2 and seal 2 are hidden. */
const as = <T>(work: (em: MikroORM['em']) => Promise<T>) => runAs(viewer('1', '3', '4'), () => work(orm.em.fork()));

describe('a tree', () => {
  it('ends at hidden rows', async () => {
    await as(async em => {
      const folders = await em.find(Folder, {}, { orderBy: { id: 1 } });
      expect(folders.map(({ id, parent }) => [id, parent?.id])).toEqual([[1], [3], [4, 1]].map(([id, up]) => [id, up]));
    });
    for (const strategy of STRATEGIES)
      await as(async em => {
        const populate = ['children', 'parent'] as const;
        const folders = await em.find(Folder, {}, { orderBy: { id: 1 }, populate, strategy });
        expect(folders.map(({ children }) => children.getItems().map(({ id }) => id))).toEqual([[4], [], []]);
        expect(folders.map(({ parent }) => parent?.id)).toEqual([undefined, undefined, 1]);
      });
  });

  it('is not searched through hidden rows', async () => {
    await as(async em => {
      expect(await em.count(Folder, { parent: { title: 'two' } })).toBe(0);
      expect(await em.count(Folder, { children: { children: { title: 'three' } } })).toBe(0);
      expect(await em.count(Folder, { children: { title: 'four' } })).toBe(1);
    });
  });

  it('fills a limited collection with rows that may be seen', async () => {
    await as(async em => {
      const populateHints = { children: { limit: 1, orderBy: { id: 1 } } } as const;
      const folder = await em.findOneOrFail(Folder, 1, { populate: ['children'], populateHints });
      expect(folder.children.getItems().map(({ id }) => id)).toEqual([4]);
    });
  });
});

describe('other ways to refer to a hidden row', () => {
  it('are null as a bare key', async () => {
    await as(async em => {
      const notes = await em.find(Note, {}, { orderBy: { id: 1 } });
      expect(notes.map(({ folder }) => folder ?? null)).toEqual([1, null]);
      expect(await em.count(Note, { folder: 2 })).toBe(0);
    });
  });

  it('are null inside an embeddable, which takes no condition on them', async () => {
    await as(async em => {
      const notes = await em.find(Note, { place: { street: 'High Street' } }, { orderBy: { id: 1 } });
      expect(notes.map(({ place }) => place?.folder?.id ?? null)).toEqual([1, null]);
      await expect(em.count(Note, { place: { folder: 2 } })).rejects.toMatchObject({ code: 'NOT_FILTERED' });
    });
  });

  it('are null on the side without the column', async () => {
    for (const populate of [[], ['seal']] as const)
      for (const strategy of STRATEGIES)
        await as(async em => {
          const letters = await em.find(Letter, {}, { orderBy: { id: 1 }, populate: populate as never, strategy });
          expect(letters.map(({ seal }) => seal?.id ?? null)).toEqual([1, null]);
        });
  });
});

describe('writes that answer with a row', () => {
  it('are refused', async () => {
    const refused = { code: 'NOT_FILTERED' };
    const row = { id: 2, title: 'x' };
    await as(async em => {
      await expect(em.upsert(Folder, row, { onConflictAction: 'ignore' })).rejects.toMatchObject(refused);
      await expect(em.upsertMany(Folder, [row])).rejects.toMatchObject(refused);
      await expect(em.upsert(Note, { id: 2 })).rejects.toMatchObject(refused);
      await expect(em.clone(Folder, { id: 2 }, { id: 20 })).rejects.toMatchObject(refused);
      expect((await em.upsert(Letter, { id: 1 })).id).toBe(1);
    });
    expect(await unrestricted(() => orm.em.fork().count(Folder, { title: 'two' }))).toBe(1);
  });
});

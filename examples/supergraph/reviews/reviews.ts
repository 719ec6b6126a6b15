import { GraphQLError } from 'graphql';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Resolver,
  Query,
  Root,
} from 'type-graphql';
import type { Ask } from '../grantry.js';

export type Context = { readonly ask: Ask };

@ObjectType({ description: 'What somebody thinks of a book.' })
export class Review {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  text!: string;

  bookId!: string;
}

@ObjectType({ description: 'A book of another subgraph, as far as its reviews go.' })
@Directive('@key(fields: "id")')
export class Book {
  @Field(() => ID)
  id!: string;
}

/** The reviews of one start of the example. */
export class Reviews {
  readonly all: Review[] = [];

  add(bookId: string, text: string): Review {
    const review = Object.assign(new Review(), { id: String(this.all.length + 1), bookId, text });
    this.all.push(review);
    return review;
  }
}

@Resolver(() => Book)
export class BookResolver {
  constructor(private readonly reviews: Reviews) {}

  @FieldResolver(() => [Review], { name: 'reviews' })
  reviewsOf(@Root() { id }: Book): Review[] {
    return this.reviews.all.filter(({ bookId }) => bookId === id);
  }

  @Query(() => Review, { nullable: true })
  latestReview(): Review | null {
    return this.reviews.all.at(-1) ?? null;
  }

  /** A mutation that another subgraph guards: whoever may read a book may review it. */
  @Mutation(() => Review, { nullable: true })
  async addReview(
    @Arg('bookId', () => ID) bookId: string,
    @Arg('text', () => String) text: string,
    @Ctx() { ask }: Context,
  ): Promise<Review> {
    const [allowed] = await ask([{ permission: 'library:book:read', resourceId: bookId }]);
    if (allowed) return this.reviews.add(bookId, text);
    throw new GraphQLError('Only who may read a book reviews it', { extensions: { code: 'FORBIDDEN' } });
  }
}

@Resolver(() => Review)
export class ReviewResolver {
  @FieldResolver(() => Book)
  book(@Root() { bookId }: Review): Book {
    return Object.assign(new Book(), { id: bookId });
  }
}

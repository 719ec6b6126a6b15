import { Arg, Directive, Field, FieldResolver, ID, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
// Elsewhere: '@grantry/guard/shield'.
import { allow, canOn, deny, shield } from '../../../packages/guard/src/shield.js';

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

  @Mutation(() => Review, { nullable: true })
  addReview(@Arg('bookId', () => ID) bookId: string, @Arg('text', () => String) text: string): Review {
    return this.reviews.add(bookId, text);
  }
}

@Resolver(() => Review)
export class ReviewResolver {
  @FieldResolver(() => Book)
  book(@Root() { bookId }: Review): Book {
    return Object.assign(new Book(), { id: bookId });
  }
}

/** Who may do what. What has no rule is closed. */
export const rules = shield(
  {
    Query: allow,
    Mutation: {
      // Whoever may read a book may review it.
      addReview: canOn('read', 'library:book', (_, { bookId }) => bookId),
    },
    Book: { '*': allow, reviews: canOn('read', 'library:book', ({ id }) => id) },
    Review: canOn('read', 'library:book', ({ bookId }) => bookId),
    _Service: allow,
  },
  { fallbackRule: deny },
);

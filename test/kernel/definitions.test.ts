import { definitionsKey, type Definition } from '../../src/kernel/definitions.js';

const isIn = (...value: (string | null)[]): Definition => ({ key: 'k', operation: 'IN', value });
const equals = (key: string, value: string | null): Definition => ({ key, operation: 'EQUAL', value });

describe('two lists of definitions', () => {
  it('are the same in whatever order they and their values were written', () => {
    expect(definitionsKey([isIn('a', 'b', null), equals('x', 'y')])).toBe(
      definitionsKey([equals('x', 'y'), isIn(null, 'b', 'a', 'a')]),
    );
    expect(definitionsKey([isIn(null, 'null')])).toBe(definitionsKey([isIn('null', null)]));
  });

  it('differ when a value is null in one and a text in the other', () => {
    expect(definitionsKey([isIn(null)])).not.toBe(definitionsKey([isIn('null')]));
    expect(definitionsKey([equals('k', null)])).not.toBe(definitionsKey([equals('k', 'null')]));
  });

  it('differ by operation, even with the same single value', () => {
    expect(definitionsKey([isIn('a')])).not.toBe(definitionsKey([equals('k', 'a')]));
  });
});

import { covers, definitionsMatch } from '../../src/engine/matching.js';
import type { Definition } from '../../src/kernel/definitions.js';
import { parsePermission } from '../../src/kernel/permission.js';

const is = (key: string, value: string | null): Definition => ({ key, operation: 'EQUAL', value });
const isIn = (key: string, ...value: (string | null)[]): Definition => ({ key, operation: 'IN', value });
/** As a request brings it: the parser makes an own property of `__proto__` too. */
const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('a row and the permission that is asked for', () => {
  const rowCovers = (row: string, asked: string) => covers(parsePermission(row)!, parsePermission(asked)!);

  it.each([
    ['app:doc:read', 'app:doc:read'],
    ['app:*:read', 'app:doc:read'],
    ['app:doc:*', 'app:doc:read'],
    ['app:*:*', 'app:doc:read'],
  ])('%s covers %s', (row, asked) => {
    expect(rowCovers(row, asked)).toBe(true);
  });

  it.each([
    ['app:doc:write', 'app:doc:read'],
    ['app:doc:read', 'app:item:read'],
    ['other:*:*', 'app:doc:read'],
    ['app:*:write', 'app:doc:read'],
    ['app:item:*', 'app:doc:read'],
    ['App:doc:read', 'app:doc:read'],
    ['app:doc:read', 'app:*:read'],
    ['app:doc:read', 'app:doc:*'],
    ['app:doc:*', 'app:*:*'],
  ])('%s does not cover %s', (row, asked) => {
    expect(rowCovers(row, asked)).toBe(false);
  });
});

describe('definitions and attributes', () => {
  it('match everything when there are none', () => {
    expect(definitionsMatch([], {})).toBe(true);
    expect(definitionsMatch([], { team: 'red' })).toBe(true);
  });

  it('compare whole strings, with their letter case', () => {
    expect(definitionsMatch([is('team', 'red')], { team: 'red' })).toBe(true);
    expect(definitionsMatch([is('team', 'red')], { team: 'Red' })).toBe(false);
    expect(definitionsMatch([is('team', 'red')], { team: 'reddish' })).toBe(false);
    expect(definitionsMatch([is('team', '')], { team: '' })).toBe(true);
    expect(definitionsMatch([is('team', '')], {})).toBe(false);
  });

  it('take a missing attribute for null', () => {
    expect(definitionsMatch([is('team', null)], {})).toBe(true);
    expect(definitionsMatch([is('team', null)], { team: null })).toBe(true);
    expect(definitionsMatch([isIn('team', 'red', null)], {})).toBe(true);
    expect(definitionsMatch([isIn('team', 'red')], {})).toBe(false);
    expect(definitionsMatch([is('team', null)], { team: '' })).toBe(false);
  });

  it('of IN match any of the list, and nothing when it is empty', () => {
    expect(definitionsMatch([isIn('team', 'red', 'blue')], { team: 'blue' })).toBe(true);
    expect(definitionsMatch([isIn('team', 'red', 'blue')], { team: 'green' })).toBe(false);
    expect(definitionsMatch([isIn('team')], { team: 'red' })).toBe(false);
    expect(definitionsMatch([isIn('team')], {})).toBe(false);
  });

  it('on one key are alternatives, on different keys must all match', () => {
    const definitions = [is('team', 'red'), isIn('team', 'blue'), isIn('team'), is('level', 'high')];
    expect(definitionsMatch(definitions, { team: 'red', level: 'high' })).toBe(true);
    expect(definitionsMatch(definitions, { team: 'blue', level: 'high' })).toBe(true);
    expect(definitionsMatch(definitions, { team: 'green', level: 'high' })).toBe(false);
    expect(definitionsMatch(definitions, { team: 'red', level: 'low' })).toBe(false);
    expect(definitionsMatch(definitions, { team: 'red' })).toBe(false);
  });

  it('follow a dotted path into objects, and take what leads nowhere for null', () => {
    expect(definitionsMatch([is('group.id', '7')], { group: { id: '7' } })).toBe(true);
    expect(definitionsMatch([is('a.b.c', 'x')], { a: { b: { c: 'x' } } })).toBe(true);
    expect(definitionsMatch([is('group.id', '7')], { 'group.id': '7' })).toBe(false);
    for (const group of [undefined, null, 'seven', 7, true, {}, { id: null }]) {
      expect(definitionsMatch([is('group.id', null)], { group })).toBe(true);
      expect(definitionsMatch([is('group.id', '7')], { group })).toBe(false);
    }
  });

  it.each<[string, unknown]>([
    ['a number', 7],
    ['zero', 0],
    ['true', true],
    ['false', false],
    ['a list', ['7']],
    ['an empty list', []],
    ['an object', { id: '7' }],
  ])('never match %s, whatever it looks like', (_, value) => {
    const wanted = ['7', '0', '', 'true', 'false', '[object Object]', null];
    expect(definitionsMatch([isIn('id', ...wanted)], { id: value })).toBe(false);
    for (const text of wanted) expect(definitionsMatch([is('id', text)], { id: value })).toBe(false);
  });

  it('do not look into lists and strings', () => {
    expect(definitionsMatch([is('list.0', 'red')], { list: ['red'] })).toBe(false);
    expect(definitionsMatch([is('list.0', null)], { list: ['red'] })).toBe(true);
    expect(definitionsMatch([is('list.length', null)], { list: ['red'] })).toBe(true);
    expect(definitionsMatch([is('text.0', 'r')], { text: 'red' })).toBe(false);
  });

  it.each([
    '__proto__',
    'constructor',
    'constructor.name',
    'toString',
    'toString.name',
    'hasOwnProperty',
    'a.__proto__',
  ])('take %s for an attribute like any other: missing unless it was sent', key => {
    const sent = json(key.split('.').reduceRight((inner, part) => `{${JSON.stringify(part)}:${inner}}`, '"red"'));
    expect(definitionsMatch([is(key, null)], { a: {} })).toBe(true);
    expect(definitionsMatch([isIn(key, 'Object', 'toString', '')], { a: {} })).toBe(false);
    expect(definitionsMatch([is(key, 'red')], sent)).toBe(true);
    expect(definitionsMatch([is(key, 'blue')], sent)).toBe(false);
  });
});

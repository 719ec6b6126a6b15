import { registerEnumType } from 'type-graphql';
import { NameMatch } from './sql.js';

export enum Direction {
  ASC = 'ASC',
  DESC = 'DESC',
}

export enum Match {
  ALL = 'ALL',
  ANY = 'ANY',
}

export enum Scope {
  TENANT = 'TENANT',
  PRINCIPAL = 'PRINCIPAL',
}

registerEnumType(Direction, { name: 'Direction', description: 'Which way a list is sorted.' });
registerEnumType(Match, { name: 'Match', description: 'Whether all are needed, or any one.' });
registerEnumType(Scope, {
  name: 'Scope',
  description: 'TENANT: all that the caller may read. PRINCIPAL: the caller’s own.',
});
registerEnumType(NameMatch, {
  name: 'NameMatch',
  description: 'How names are compared; both ways without letter case.',
});

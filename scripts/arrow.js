// The import arrow of the rooms in src: which rooms a room may know.
const LADDER = ['kernel', 'store', 'engine', 'api', 'catalogue', 'directory', 'policy', 'resources', 'decisions'];
const BESIDE = { authn: ['kernel', 'store'] };
const TOP = { server: [...LADDER, 'authn', 'config'], cli: [...LADDER, 'authn', 'config', 'server'] };

const known = {
  ...Object.fromEntries(LADDER.map((room, step) => [room, LADDER.slice(0, step)])),
  ...BESIDE,
  ...TOP,
};
const ROOMS = Object.keys(known);

/** One lint configuration for each room: what it may not import, and what it should know instead. */
export const arrow = ROOMS.map(room => {
  const forbidden = [...ROOMS, 'config', 'main'].filter(other => other !== room && !known[room].includes(other));
  const message = `${room} may import ${known[room].join(', ') || 'nothing of ours'}.`;
  const commands = {
    regex: '^(\\.\\./)+\\w+/(.*/)?[^/]+\\.commands\\.js$',
    message: 'Commands of another room are for server and cli; share ids, entities and SQL.',
  };
  return {
    name: `arrow of ${room}`,
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `^(\\.\\./)+(${forbidden.join('|')})(/|\\.js$)`, message },
            ...(room in TOP ? [] : [commands]),
          ],
        },
      ],
    },
  };
});

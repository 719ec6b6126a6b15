// Grantry with its demo tenant, two subgraphs, and a router in front of them: npm run example, or npm run example hive.
import { readConfig } from '../../src/config.js';
import { createLogger } from '../../src/server/log.js';
import { start } from '../../src/server/start.js';
import { ROUTERS } from './routers.js';
import { startSupergraph } from './supergraph.js';

const QUERY =
  '{ books { title price viewerCan(verb: "lend") viewerCannotReasons(verb: "lend") shelf { name viewerPermissions } reviews { text } } }';

const router = (process.argv[2] ?? 'apollo') as keyof typeof ROUTERS;
if (!Object.hasOwn(ROUTERS, router)) {
  process.stderr.write(`There is no router ${router}; say one of ${Object.keys(ROUTERS).join(', ')}\n`);
  process.exit(1);
}
const env = { PORT: '0', HOST: '127.0.0.1', GRANTRY_DATA_DIR: 'memory://', GRANTRY_LOG_LEVEL: 'error' };
const grantry = await start(readConfig(env), createLogger('error'));
const supergraph = await startSupergraph(`${grantry.gateway.url}/graphql`, {
  port: Number(process.env.PORT ?? 4000),
  router,
});
process.stdout.write(`
  The supergraph is at ${supergraph.url}
  The tokens of Grantry, which is behind it:
${grantry.welcome?.text(grantry.gateway.url) ?? ''}
  Try, with one of the tokens
  curl -s ${supergraph.url} -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" \\
    -d '${JSON.stringify({ query: QUERY })}'
`);

const stop = () => void supergraph.stop().then(() => grantry.close());
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
